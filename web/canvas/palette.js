// The colours of the saved pictures (plots/style.py), and the same language on a light page.
// The two differ in lightness only: cyan stays the first class, green stays the guided field.

export const DARK = Object.freeze({
  page: "#0b0f14",
  panel: "#10161e",
  grid: "#1c2631",
  axis: "#344353",
  text: "#eef3f8",
  quiet: "#9fb0c0",
  classes: ["#2fc4ee", "#ee5ac6", "#d55e00", "#a995ff", "#7fe08a", "#ff8f3f", "#ff6b6b", "#c9b38c"],
  data: "#5f9fd6",
  sample: "#ffffff",
  accent: "#ff9f43",
  unconditional: "#93a1b0",
  conditional: "#ffd84d",
  guided: "#1fd196",
  arrow_weak: "#28435c",
  arrow_strong: "#93b8d6",
  series: ["#2fc4ee", "#ff9f43", "#ee5ac6", "#1fd196", "#f7d54a", "#a995ff"],
});

export const LIGHT = Object.freeze({
  page: "#eef2f6",
  panel: "#ffffff",
  grid: "#e4eaf0",
  axis: "#b3bfcb",
  text: "#141c24",
  quiet: "#51616f",
  classes: ["#0a86ad", "#bf2b97", "#9c3300", "#6650d0", "#2a8339", "#c25400", "#cc3636", "#786438"],
  data: "#2b6ea8",
  sample: "#10161e",
  accent: "#c65f00",
  unconditional: "#74818e",
  conditional: "#a87b00",
  guided: "#08875d",
  arrow_weak: "#c4d3e1",
  arrow_strong: "#2f5d86",
  series: ["#0a86ad", "#c65f00", "#bf2b97", "#08875d", "#8f6b00", "#6650d0"],
});

/** The colour of a class; after the last colour they begin again. */
export function classColour(palette, index) {
  return palette.classes[index % palette.classes.length];
}

/** The colour between two, part 0 … 1, channel by channel as matplotlib's linear maps do it. */
export function mixed(first, second, part) {
  const [a, b] = [first, second].map((colour) => parseInt(colour.slice(1), 16));
  const channels = [16, 8, 0].map((shift) => {
    const [from, to] = [(a >> shift) & 255, (b >> shift) & 255];
    return Math.round(from + (to - from) * part);
  });
  return "#" + channels.map((value) => value.toString(16).padStart(2, "0")).join("");
}

/** How light a colour is, 0 … 1; of what is no #rgb or #rrggbb, 0. */
export function lightness(colour) {
  const digits = colour.trim().match(/^#(?:([\da-f])([\da-f])([\da-f])|([\da-f]{2})([\da-f]{2})([\da-f]{2}))$/i);
  if (!digits) return 0;
  const [r, g, b] = digits.slice(1).filter(Boolean).map((each) => parseInt(each.padStart(2, each), 16) / 255);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
