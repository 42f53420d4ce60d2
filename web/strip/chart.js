// The numbers of a walk under its pictures: σ, and how long the vectors were, over the moments.
import { say } from "../canvas/words.js";
import { brief } from "./sheet.js";

const FONT = "11px system-ui, sans-serif";
const LEGEND_LINE = 15;
const LEFT = 34;
const PAD = 5;
const BETWEEN = 14;

/** The lines: `[{name, values, colour, scale}]`; `scale` maps a value to 0 … 1, upwards. */
export function linesOf(about, sample, palette) {
  const colours = { ...palette, epsilon: palette.series[0] };
  const sizes = Object.entries(about.sizes).map(([name, bySample]) => [name, bySample[sample]]);
  const largest = Math.max(1e-9, ...sizes.flatMap(([, values]) => values.filter((value) => value !== null)));
  const positive = about.sigma.filter((value) => value > 0).map(Math.log);
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  const logarithm = (value) => (value > 0 ? (Math.log(value) - low) / (high - low || 1) : 0);
  return [
    { name: "σ", values: about.sigma, colour: palette.quiet, dashed: true, scale: logarithm },
    ...sizes.map(([name, values]) => ({
      name: name === "epsilon" ? "|ε̂|" : name,
      values,
      colour: colours[name],
      scale: (value) => value / largest,
      largest,
    })),
  ];
}

/** Draw the lines, the moment that is shown, and the numbers at it. */
export function drawChart(context, { width, height, palette }, { about }, { sample, moment }) {
  const lines = linesOf(about, sample, palette);
  const words = lines.map(({ name, values, colour }) => ({ words: `${say(name)} ${brief(values[moment])}`, colour }));
  const legend = legendOf(context, words, width - 2 * PAD);
  const box = { left: LEFT, right: width - PAD, top: PAD + LEGEND_LINE * legend.length + 7, bottom: height - PAD - 2 };
  const last = Math.max(1, about.steps.length - 1);
  const across = (place) => box.left + ((box.right - box.left) * place) / last;
  const up = (part) => box.bottom - (box.bottom - box.top) * part;
  context.fillStyle = palette.panel;
  context.fillRect(0, 0, width, height);
  context.strokeStyle = palette.grid;
  context.lineWidth = 1;
  context.beginPath();
  for (const part of [0, 0.5, 1]) {
    context.moveTo(box.left, up(part));
    context.lineTo(box.right, up(part));
  }
  context.stroke();
  for (const line of lines) drawLine(context, line, across, up);
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(across(moment), box.top - 2);
  context.lineTo(across(moment), box.bottom + 2);
  context.stroke();
  drawTicks(context, lines, palette, up);
  legend.forEach((line, row) => drawLegend(context, line, row));
}

function drawLine(context, { values, colour, scale, dashed }, across, up) {
  context.strokeStyle = colour;
  context.lineWidth = dashed ? 1 : 1.75;
  context.setLineDash(dashed ? [4, 3] : []);
  context.beginPath();
  let isDown = false;
  values.forEach((value, place) => {
    if (value === null) return (isDown = false);
    context[isDown ? "lineTo" : "moveTo"](across(place), up(scale(value)));
    isDown = true;
  });
  context.stroke();
  context.setLineDash([]);
}

function drawTicks(context, lines, palette, up) {
  const { largest } = lines.at(-1);
  if (largest === undefined) return;
  context.fillStyle = palette.quiet;
  context.font = FONT;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillText(String(Number(largest.toPrecision(2))), LEFT - 4, up(1));
  context.fillText("0", LEFT - 4, up(0));
}

/** The words in lines that are no wider than the room; each with its place, `{words, colour, x}`. */
export function legendOf(context, entries, room) {
  context.font = FONT;
  const lines = [[]];
  let x = 0;
  for (const entry of entries) {
    const wide = context.measureText(entry.words).width;
    if (x > 0 && x + wide > room) {
      lines.push([]);
      x = 0;
    }
    lines.at(-1).push({ ...entry, x: PAD + x });
    x += wide + BETWEEN;
  }
  return lines;
}

function drawLegend(context, line, row) {
  context.font = FONT;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { words, colour, x } of line) {
    context.fillStyle = colour;
    context.fillText(words, x, PAD + LEGEND_LINE * (row + 0.5));
  }
}
