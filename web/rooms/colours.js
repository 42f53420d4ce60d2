// The colours of the rooms, for a dark page; on a light one the page itself makes them lighter.

/** Hue and how much of it, by room. Neighbours in a graph are far apart in hue. */
export const ROOMS = Object.freeze({
  data: [205, 40],
  scenes: [175, 34],
  model: [265, 34],
  guidance: [150, 36],
  clip: [320, 30],
  unclip: [345, 30],
  noise: [215, 10],
  sample: [25, 42],
  view: [228, 34],
  measure: [48, 40],
  sweep: [88, 30],
  save: [215, 6],
});
const HEADER = 20; // how light, of 100: the page's grey titles can be read on it
const BODY = 15;

/** The header's and the body's colour of a node of ours, `{color, bgcolor}`; nothing for others. */
export function colourOf({ name, category }) {
  const room = name?.startsWith("Scorefield") && ROOMS[category?.split("/")[1]];
  if (!room) return undefined;
  const [hue, strength] = room;
  return { color: hex(hue, strength, HEADER), bgcolor: hex(hue, strength * 0.7, BODY) };
}

/** #rrggbb of a hue in degrees, saturation and lightness of 100: the page computes with such colours only. */
export function hex(hue, saturation, lightness) {
  const [s, l] = [saturation / 100, lightness / 100];
  const reach = s * Math.min(l, 1 - l);
  const channel = (place) => {
    const k = (place + hue / 30) % 12;
    const value = l - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value).toString(16).padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
