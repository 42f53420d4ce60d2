// Drawing arrows, as plots/arrow_layer.py does: alone coloured by strength, in layers each in its own colour.
import { mixed } from "../canvas/palette.js";

const UNIT_SHARE = 0.86; // of the grid's spacing: neighbours do not touch
const LONGEST_SHARE = 1.6;
const STRONG_QUANTILE = 0.9; // a few outliers must not make all others look weak
const SHADES = 8; // colours of strength
const TOGETHER = 30; // arrows of one path: a path each takes longer, and one for all many times as long
const TOP_WIDTH = 1.6;
const WIDENING = 1.3; // lower layers are wider, so that arrows which agree are seen to lie on each other
const ALONE_WIDTH = 1.7;

/** How long and how strong the arrows of some layers are drawn: `{scale(size), strong}`, one for all of them. */
export function measure(layers, spacing, length) {
  const sizes = layers.flatMap((arrows) => Array.from(lengths(arrows))).filter(Number.isFinite);
  sizes.sort((a, b) => a - b);
  const longest = sizes.at(-1) || Number.MIN_VALUE;
  const strong = quantile(sizes, STRONG_QUANTILE) || Number.MIN_VALUE;
  const scale = length === "true" ? () => (LONGEST_SHARE * spacing) / longest : (size) => (UNIT_SHARE * spacing) / size;
  return { scale, strong };
}

function* lengths(arrows) {
  for (let i = 0; i < arrows.length; i += 2) yield Math.hypot(arrows[i], arrows[i + 1]);
}

/** As torch does it, between two neighbours. */
export function quantile(sorted, part) {
  if (!sorted.length) return 0;
  const at = part * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/**
 * Draw layers of arrows, [[name, (P, 2)], …], from the lowest. `places(p)` is where arrow p stands in the
 * plane. One layer alone is centred on its places, and coloured by strength unless it bears a name.
 */
export function drawArrows(context, view, palette, { layers, places, spacing, length }) {
  const { scale, strong } = measure(layers.map(([, arrows]) => arrows), spacing, length);
  const alone = layers.length === 1;
  const least = alone ? 0.6 : 0.42; // a small view needs heads that can be seen; layers need room between them
  const unit = Math.max(least, Math.min(view.width, view.height) / 640) * Math.min(2, Math.max(1, Math.sqrt(view.zoom)));
  layers.forEach(([name, arrows], index) => {
    const width = unit * (alone ? ALONE_WIDTH : TOP_WIDTH + WIDENING * (layers.length - 1 - index));
    const colour = alone && !palette[name] ? byStrength(palette, strong) : () => palette[name];
    drawLayer(context, view, { arrows, places, scale, colour, width, back: alone ? 0.5 : 0 });
  });
}

function byStrength(palette, strong) {
  const shades = Array.from({ length: SHADES }, (_, i) => mixed(palette.arrow_weak, palette.arrow_strong, i / (SHADES - 1)));
  return (size) => shades[Math.round(Math.min(1, size / strong) * (SHADES - 1))];
}

function drawLayer(context, view, { arrows, places, scale, colour, width, back }) {
  const count = arrows.length / 2;
  for (let first = 0; first < count; first += TOGETHER) {
    const paths = new Map();
    for (let p = first; p < Math.min(count, first + TOGETHER); p++) {
      const [x, y] = [arrows[2 * p], arrows[2 * p + 1]];
      const size = Math.hypot(x, y);
      if (!(size > 0)) continue;
      const paint = colour(size);
      if (!paths.has(paint)) paths.set(paint, new Path2D());
      const along = scale(size) * view.scale;
      addArrow(paths.get(paint), ...view.toScreen(...places(p)), x * along, -y * along, width, back);
    }
    for (const [paint, path] of paths) {
      context.fillStyle = paint;
      context.fill(path);
    }
  }
}

/** One arrow as an outline: from (x, y), moved back by a share of it; heads as matplotlib's quiver has them. */
export function addArrow(path, x, y, along, up, width, back = 0) {
  const length = Math.hypot(along, up);
  if (length < 0.5) return;
  const [ex, ey] = [along / length, up / length];
  const [fromX, fromY] = [x - along * back, y - up * back];
  // A head longer than its arrow shrinks with it.
  const part = Math.min(1, length / (4.2 * width));
  const [head, neck, half, wide] = [length - 4.2 * width * part, length - 3.8 * width * part, width / 2, 1.8 * width * part];
  const shaft = Math.min(half, wide);
  const line = (a, b) => path.lineTo(fromX + ex * a - ey * b, fromY + ey * a + ex * b);
  path.moveTo(fromX + ey * shaft, fromY - ex * shaft);
  line(neck, -shaft);
  line(head, -wide);
  line(length, 0);
  line(head, wide);
  line(neck, shaft);
  line(0, shaft);
  path.closePath();
}
