// Samples on their way: where they are at any position, the trails behind them, and one to follow.
import { coloursBy } from "./backdrop.js";
import { drawDots } from "./dots.js";

export const TRAILS = [
  ["none", "no trails"],
  ["short", "trails"],
  ["paths", "paths"],
];
const TRAIL_OPACITY = 0.45;
const TRAIL_SHARE = 5 / 48; // of the whole way: what an animation of 48 frames shows
const LONGEST_STROKE = 0.25; // of the plane: what is longer is a jump of the noise, not a trail
const MOST_PATHS = 256;
const PATH_STROKES = 64;
const FEW = 300;
const [FEW_STROKES, MANY_STROKES] = [5, 3]; // a trail; strokes are what takes longest

/** What plots/page_view.py wrote as `x`, (K, B, 2). */
export class Samples {
  constructor({ about, arrays }) {
    [this.moments, this.count] = arrays.x.shape;
    this.x = arrays.x.values;
    this.group = arrays.group;
    this.walks = about.walks ?? null;
    this.follow = about.follow >= 0 && about.follow < this.count ? about.follow : null;
    this.extent = about.extent;
  }

  /** Everyone's place at a position, (B, 2); between two moments they glide. */
  at(position) {
    const clamped = Math.min(this.moments - 1, Math.max(0, position));
    const before = Math.floor(clamped);
    const [one, two] = [before, Math.min(this.moments - 1, before + 1)].map((at) => 2 * this.count * at);
    const part = clamped - before;
    const out = new Float32Array(2 * this.count);
    for (let i = 0; i < out.length; i++) out[i] = this.x[one + i] + (this.x[two + i] - this.x[one + i]) * part;
    return out;
  }

  /** The colour of a sample by its place: its class's or its walk's. */
  colours(palette) {
    if (!this.walks) return coloursBy(this.group, palette, palette.sample);
    return (index) => [palette.unconditional, palette.guided][this.group.values[index]];
  }

  draw(context, view, palette, { position, trails }) {
    if (trails === "short") this.drawTrails(context, view, palette, position);
    if (trails === "paths") this.drawPaths(context, view, palette, position);
    const few = this.count <= FEW;
    const unit = Math.min(view.width, view.height) / 640;
    context.globalAlpha = few ? 1 : 0.8;
    const radius = Math.max(few ? 2.4 : 1.5, (few ? 4.8 : 3) * unit);
    drawDots(context, view, { values: this.at(position), radius, colour: this.colours(palette), edge: few ? palette.panel : null });
    context.globalAlpha = 1;
    if (this.follow !== null) this.drawFollowed(context, view, palette, position);
  }

  drawTrails(context, view, palette, position) {
    const strokes = this.count <= FEW ? FEW_STROKES : MANY_STROKES;
    const step = ((this.moments - 1) * TRAIL_SHARE) / strokes;
    const longest = LONGEST_STROKE * 2 * this.extent * view.scale;
    context.strokeStyle = palette.quiet;
    context.lineWidth = 1; // a hair: anything wider takes ten times as long
    let after = view.allToScreen(this.at(position));
    for (let age = 0; age < strokes && position - age * step > 0; age++) {
      const before = view.allToScreen(this.at(position - (age + 1) * step));
      context.globalAlpha = TRAIL_OPACITY * (1 - age / strokes);
      context.beginPath();
      for (let i = 0; i < before.length; i += 2) {
        if ((after[i] - before[i]) ** 2 + (after[i + 1] - before[i + 1]) ** 2 > longest ** 2) continue;
        context.moveTo(before[i], before[i + 1]);
        context.lineTo(after[i], after[i + 1]);
      }
      context.stroke();
      after = before;
    }
    context.globalAlpha = 1;
  }

  drawPaths(context, view, palette, position) {
    const shown = Math.min(this.count, MOST_PATHS);
    const colour = this.colours(palette);
    context.lineWidth = 1;
    // So many paths that each is a hair: together they show where they run, and none hides the rest.
    context.globalAlpha = Math.max(0.12, Math.min(0.9, 24 / shown)) * (this.follow === null ? 1 : 0.5);
    for (let i = 0; i < shown; i++) {
      context.strokeStyle = colour(i);
      context.stroke(this.path(view, i, position));
    }
    context.globalAlpha = 1;
  }

  path(view, sample, position) {
    const path = new Path2D();
    const stride = Math.max(1, (this.moments - 1) / PATH_STROKES);
    const put = (at) => {
      const [one, two, part] = [Math.floor(at), Math.min(this.moments - 1, Math.floor(at) + 1), at - Math.floor(at)];
      const [from, to] = [one, two].map((moment) => 2 * (this.count * moment + sample));
      path.lineTo(...view.toScreen(
        this.x[from] + (this.x[to] - this.x[from]) * part,
        this.x[from + 1] + (this.x[to + 1] - this.x[from + 1]) * part,
      ));
    };
    for (let at = 0; at < position; at += stride) put(at);
    put(Math.max(0, Math.min(this.moments - 1, position)));
    return path;
  }

  drawFollowed(context, view, palette, position) {
    context.strokeStyle = palette.accent;
    context.lineWidth = 2;
    context.lineJoin = "round";
    context.stroke(this.path(view, this.follow, position));
    const place = this.at(position).subarray(2 * this.follow, 2 * this.follow + 2);
    drawDots(context, view, { values: place, radius: 5, colour: () => palette.accent, edge: palette.panel });
  }
}
