// What the colours of a view mean, as plots/header.py says it above and below a picture.
import { classColour } from "../canvas/palette.js";
import { say } from "../canvas/words.js";

/** The keys of what is shown now: layers of arrows, two walks, classes, and else data and samples. */
export function legend(palette, { layers, samples, classes, hasData }) {
  const keys = layers.filter((name) => palette[name]).map((name) => [say(name), palette[name], "line"]);
  if (samples?.walks) {
    const colours = [palette.unconditional, palette.guided];
    keys.push(...samples.walks.map((name, index) => [name, colours[index], "dot"]));
  }
  if (classes.length) keys.push(...classes.map((name, index) => [name, classColour(palette, index), "dot"]));
  else if (hasData) keys.push([say("data"), palette.data, "dot"]);
  if (samples && !samples.walks && !samples.group) keys.push([say("samples"), palette.sample, "dot"]);
  return keys;
}
