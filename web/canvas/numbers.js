// Numbers as people read them, like plots/ticks.py: round ones beside lines, three digits elsewhere.

const NICE = [1, 2, 5, 10];

/** At most `most` round numbers from low to high, evenly spaced. */
export function ticks(low, high, most = 6) {
  if (!(high > low)) return [low];
  const rough = (high - low) / most;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = NICE.map((nice) => nice * magnitude).find((each) => each >= rough * (1 - 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** A round number with a true minus. */
export function tickName(value) {
  return withMinus(String(Number(value.toPrecision(6))));
}

/** Three significant digits with the zeros kept: 10.0, 0.158, 0.0100. */
export function significant(value) {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)) + 1e-9)));
}

/** So many decimals, with a true minus and as wide without one, so that a line of numbers does not jump. */
export function fixed(value, decimals = 2) {
  if (!Number.isFinite(value)) return "–";
  const text = Math.abs(value).toFixed(decimals);
  return (value < 0 && Number(text) ? "−" : "\u2007") + text;
}

function withMinus(text) {
  return text.replace("-", "−");
}
