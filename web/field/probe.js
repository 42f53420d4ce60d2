// What the field says under the pointer: arrows large enough to compare, and the same in numbers.
import { fixed, significant } from "../canvas/numbers.js";
import { say } from "../canvas/words.js";
import { addArrow } from "./arrows.js";
import { KINDS } from "./grid_field.js";

const LONG = 44; // pixels, of the strongest arrow here
const WIDTH = 3;
const SHORT = { unconditional: "uncond", conditional: "cond" };

/** The arrows at a place, [[layer, [x, y]], …]; none off the grid or where the field has a gap. */
export function probe(field, { kind, layers, position, at }) {
  if (!field || !at) return [];
  const found = layers.map((layer) => [layer, field.probe(kind, layer, position, ...at)]);
  return found.filter(([, arrow]) => arrow && arrow.every(Number.isFinite));
}

/** Draw them, the shortest on top: where all point one way, each is still seen. */
export function drawProbe(context, view, palette, found, at) {
  const byLength = longestFirst(found);
  const longest = byLength.length ? Math.hypot(...byLength[0][1]) : 0;
  if (!(longest > 0)) return;
  const [across, down] = view.toScreen(...at);
  for (const [layer, [x, y]] of byLength) {
    const path = new Path2D();
    addArrow(path, across, down, (x * LONG) / longest, (-y * LONG) / longest, WIDTH);
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeStyle = palette.panel;
    context.stroke(path);
    context.fillStyle = palette[layer] ?? palette.accent;
    context.fill(path);
  }
}

/** Arrows, [[layer, [x, y]], …], the longest first. */
export function longestFirst(found) {
  return [...found].sort(([, one], [, other]) => Math.hypot(...other) - Math.hypot(...one));
}

/** The same in words: the place and the arrow (the last one drawn); below, the lengths of several layers. */
export function readOut(found, kind, at) {
  if (!at) return "";
  const place = `x ${pair(at)}`;
  if (!found.length) return place;
  const name = say(KINDS.find(([value]) => value === kind)[1]);
  const sizes = found.map(([layer, [x, y]]) => [layer, significant(Math.hypot(x, y))]);
  const words = `${place}   ${name} ${pair(found.at(-1)[1])}`;
  if (found.length === 1) return `${words}   |${name}| ${sizes[0][1]}`;
  return `${words}\n|${name}| ${sizes.map(([layer, size]) => `${say(SHORT[layer] ?? layer)} ${size}`).join("  ")}`;
}

function pair([x, y]) {
  return `${fixed(x)}, ${fixed(y)}`;
}
