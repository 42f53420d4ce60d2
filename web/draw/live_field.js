// The field of a drawing while it is drawn: arrows on a grid, of all classes or of one.
import { addArrow, drawArrows } from "../field/arrows.js";
import { closedForm, MOST_POINTS } from "./closed_form.js";

const SPACING = 0.13; // in the plane, before one zooms
const [LEAST_SIGMA, MOST_SIGMA] = [0.01, 10];

/** The level at a part of the way from noise (0) to data (1): sigma log-linear in t, as in the video. */
export function levelAlong(part) {
  return { alpha: 1, sigma: MOST_SIGMA * (LEAST_SIGMA / MOST_SIGMA) ** part, t: 1 - part };
}

/** The places of a grid that is in sight, (P, 2), and its spacing, which halves as one comes closer. */
export function gridInSight(view) {
  const spacing = SPACING / 2 ** Math.round(Math.log2(view.zoom));
  const [left, top] = view.toPlane(0, 0);
  const [right, bottom] = view.toPlane(view.width, view.height);
  const places = [];
  for (let x = Math.ceil(left / spacing) * spacing; x <= right; x += spacing)
    for (let y = Math.ceil(bottom / spacing) * spacing; y <= top; y += spacing) places.push(x, y);
  return { places: Float64Array.from(places), spacing };
}

export class LiveField {
  /** The arrows −ε̂ of what is in sight; null where there is no field to draw. */
  arrows(view, { data, labels }, level, wanted) {
    if (labels.length > MOST_POINTS) return null;
    Object.assign(this, gridInSight(view));
    const found = closedForm(data, labels, this.places, level, wanted);
    return found && found.epsilon.map((value) => -value);
  }

  draw(context, view, palette, arrows) {
    const places = (p) => [this.places[2 * p], this.places[2 * p + 1]];
    drawArrows(context, view, palette, { layers: [["", arrows]], places, spacing: this.spacing, length: "unit" });
  }
}

/** One large arrow at a place: which way back from there, and null where there is no field. */
export function arrowAt({ data, labels }, level, wanted, [x, y]) {
  if (labels.length > MOST_POINTS) return null;
  const found = closedForm(data, labels, Float64Array.of(x, y), level, wanted);
  return found && [-found.epsilon[0], -found.epsilon[1]];
}

export function drawArrowAt(context, view, palette, at, [x, y]) {
  const size = Math.hypot(x, y);
  if (!(size > 0)) return;
  const path = new Path2D();
  addArrow(path, ...view.toScreen(...at), (36 * x) / size, (-36 * y) / size, 2.5);
  context.lineWidth = 3;
  context.strokeStyle = palette.panel;
  context.stroke(path);
  context.fillStyle = palette.accent;
  context.fill(path);
}
