// Draws pictures off a walk's sheet: one moment large, and the moments side by side.
import { say } from "../canvas/words.js";
import { PART_NAMES, rectangleOf, spreadOut } from "./sheet.js";

const GAP = 6;
const CAPTION = 18;
const FONT = "12px system-ui, sans-serif";

/** The largest box of that aspect in a room, `[x, y, width, height]`. */
export function fitted([width, height], [x, y, across, down]) {
  const scale = Math.min(across / width, down / height);
  const size = [width * scale, height * scale];
  return [x + (across - size[0]) / 2, y + (down - size[1]) / 2, ...size];
}

/** How high the large pictures and their names are in a width that they fill. */
export function heightOfLarge(width, about) {
  const [across, down] = about.cell;
  const each = (width - GAP * (about.parts.length - 1)) / about.parts.length;
  return Math.ceil((each * down) / across) + CAPTION;
}

/** All parts of one moment, side by side, each with its name below. */
export function drawLarge(context, { width, height, palette }, { image, about }, { sample, moment, frame }) {
  context.fillStyle = palette.page;
  context.fillRect(0, 0, width, height);
  const across = (width - GAP * (about.parts.length - 1)) / about.parts.length;
  about.parts.forEach((part, place) => {
    const left = place * (across + GAP);
    const box = fitted(about.cell, [left, 0, across, height - CAPTION]);
    drawPicture(context, image, rectangleOf(about, place, sample, moment, frame), box);
    context.fillStyle = palette.quiet;
    context.font = FONT;
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    context.fillText(say(PART_NAMES[part]), left + across / 2, box[1] + box[3] + CAPTION - 5);
  });
}

/** Which moments stand in the strip, and where: `{moments, size, gap, left}`. */
export function stripLayout(width, height, about) {
  const rows = about.parts.length;
  const gap = 3;
  const [across, down] = about.cell;
  const tall = (height - gap * (rows - 1)) / rows;
  const wide = Math.min((tall * across) / down, width);
  const room = Math.max(1, Math.floor((width + gap) / (wide + gap)));
  const moments = spreadOut(about.steps.length - 1, Math.min(room, about.steps.length));
  const used = moments.length * (wide + gap) - gap;
  return { moments, size: [wide, tall], gap, left: (width - used) / 2 };
}

/** The moment whose picture is under a place of the strip. */
export function momentAt(layout, across) {
  const place = Math.floor((across - layout.left + layout.gap / 2) / (layout.size[0] + layout.gap));
  return layout.moments[Math.min(layout.moments.length - 1, Math.max(0, place))];
}

/** The moments side by side, a row for each part; the one nearest to what is shown large is framed. */
export function drawStrip(context, { width, height, palette }, { image, about }, { sample, moment, frame }) {
  const layout = stripLayout(width, height, about);
  const [wide, tall] = layout.size;
  const near = nearest(layout.moments, moment);
  context.fillStyle = palette.page;
  context.fillRect(0, 0, width, height);
  layout.moments.forEach((each, column) => {
    const x = layout.left + column * (wide + layout.gap);
    about.parts.forEach((_, row) => {
      const box = [x, row * (tall + layout.gap), wide, tall];
      drawPicture(context, image, rectangleOf(about, row, sample, each, frame), box);
    });
    if (each !== near) return;
    context.strokeStyle = palette.accent;
    context.lineWidth = 2;
    context.strokeRect(x - 0.5, 1, wide + 1, height - 2);
  });
}

/** The member of an increasing list that is nearest to a value. */
export function nearest(values, value) {
  return values.reduce((best, each) => (Math.abs(each - value) < Math.abs(best - value) ? each : best));
}

function drawPicture(context, image, [x, y, width, height], [left, top, across, down]) {
  // Small pictures stay crisp: their pixels become squares, as in the saved strips.
  context.imageSmoothingEnabled = across < 2 * width;
  context.imageSmoothingQuality = "high";
  context.drawImage(image, x, y, width, height, left, top, across, down);
}
