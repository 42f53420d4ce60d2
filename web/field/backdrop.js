// What lies beneath everything: the panel, its grid, the curve and the data.
import { tickName, ticks } from "../canvas/numbers.js";
import { classColour } from "../canvas/palette.js";
import { drawDots } from "./dots.js";

const FAINT = 0.4;

export function drawPanel(context, view, palette) {
  const { width, height } = view;
  context.fillStyle = palette.panel;
  context.fillRect(0, 0, width, height);
  const [left, top] = view.toPlane(0, 0);
  const [right, bottom] = view.toPlane(width, height);
  const most = Math.max(3, Math.round(width / 70));
  context.lineWidth = 1;
  context.font = "10px system-ui, sans-serif";
  for (const at of ticks(left, right, most)) {
    const across = Math.round(view.toScreen(at, 0)[0]) + 0.5;
    line(context, at ? palette.grid : palette.axis, across, 0, across, height);
  }
  for (const at of ticks(bottom, top, most)) {
    const down = Math.round(view.toScreen(0, at)[1]) + 0.5;
    line(context, at ? palette.grid : palette.axis, 0, down, width, down);
  }
}

/** The numbers at the grid's lines, above whatever is drawn there. */
export function drawScale(context, view, palette) {
  const { width, height } = view;
  const [, top] = view.toPlane(0, 0);
  const [, bottom] = view.toPlane(width, height);
  context.font = "10px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = palette.panel;
  context.fillStyle = palette.quiet;
  for (const at of ticks(bottom, top, Math.max(3, Math.round(width / 70)))) {
    const down = view.toScreen(0, at)[1];
    if (down < 8 || down > height - 8) continue;
    context.strokeText(tickName(at), 4, down);
    context.fillText(tickName(at), 4, down);
  }
}

function line(context, colour, ...[fromX, fromY, toX, toY]) {
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
  context.stroke();
}

/** The curve and the data of a file (plots/page_view.py), faint where they are the backdrop of more. */
export function drawData(context, view, palette, { arrays, faint }) {
  context.globalAlpha = faint ? FAINT : 1;
  if (arrays.curve) drawCurve(context, view, palette, arrays);
  if (arrays.data) {
    const { values } = arrays.data;
    const few = values.length <= 600;
    const radius = Math.max(few ? 2.2 : 1.6, ((few ? 5.4 : 3.2) * Math.min(view.width, view.height)) / 640);
    drawDots(context, view, { values, radius, colour: coloursBy(arrays.labels, palette, palette.data), edge: faint ? null : palette.panel });
  }
  context.globalAlpha = 1;
}

/** The colour of a thing by its place: its class's, or another where it has none. */
export function coloursBy(labels, palette, otherwise) {
  if (!labels) return () => otherwise;
  return (index) => (labels.values[index] < 0 ? otherwise : classColour(palette, labels.values[index]));
}

function drawCurve(context, view, palette, { curve, curve_labels: labels }) {
  const colour = coloursBy(labels, palette, palette.data);
  const alpha = context.globalAlpha;
  context.globalAlpha = 0.5 * alpha;
  context.lineWidth = 1.2;
  context.lineJoin = "round";
  let now = null;
  for (let i = 0; 2 * i < curve.values.length; i++) {
    const place = view.toScreen(curve.values[2 * i], curve.values[2 * i + 1]);
    if (now !== null) context.lineTo(...place);
    if (colour(i) === now) continue;
    // One vertex of overlap, so that the pieces meet.
    if (now !== null) context.stroke();
    now = context.strokeStyle = colour(i);
    context.beginPath();
    context.moveTo(...place);
  }
  context.stroke();
  context.globalAlpha = alpha;
}
