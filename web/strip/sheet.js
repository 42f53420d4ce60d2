// Where on a walk's sheet a picture stands (plots/walk_sheet.py lays it out), and what is said of a moment.
import { say } from "../canvas/words.js";

/** The place among all pictures: parts, in each samples, in each moments, in each frames. */
export function placeOf({ samples, steps, frames }, part, sample, moment, frame = 0) {
  return ((part * samples.length + sample) * steps.length + moment) * frames + frame;
}

/** The rectangle of a picture on the sheet, `[x, y, width, height]`. */
export function rectangleOf(about, part, sample, moment, frame = 0) {
  const [width, height] = about.cell;
  const place = placeOf(about, part, sample, moment, frame);
  return [(place % about.columns) * width, Math.floor(place / about.columns) * height, width, height];
}

/** At most `count` whole numbers from 0 to `last`, evenly spread, both ends among them. */
export function spreadOut(last, count) {
  if (count <= 1) return [last];
  const places = Array.from({ length: count }, (_, i) => Math.round((last * i) / (count - 1)));
  return [...new Set(places)];
}

/** A number as it stands beside a picture: three digits that count. */
export function brief(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return String(Number(value.toPrecision(3)));
}

/** The words for one moment. */
export function momentWords(about, moment) {
  const step = say("step {step} of {last}", { step: about.steps[moment], last: about.last });
  return `${step}   t ${brief(about.t[moment])}   σ ${brief(about.sigma[moment])}`;
}

/** What a part is called under its picture. */
export const PART_NAMES = { x: "x, the sample", x0: "x̂0, the estimate" };
