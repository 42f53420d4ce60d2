// The line of moments that a view runs along, and places on it, between two moments too.

/** A place among sorted numbers: the one before, the one after, and how far between, 0 … 1. */
export function between(sorted, position) {
  const last = sorted.length - 1;
  if (position <= sorted[0]) return [0, 0, 0];
  if (position >= sorted[last]) return [last, last, 0];
  let after = 1;
  while (sorted[after] < position) after += 1;
  const [low, high] = [sorted[after - 1], sorted[after]];
  return [after - 1, after, (position - low) / (high - low)];
}

/** The level at a position in a list of [alpha, sigma, t]; between two, sigma is taken along its logarithm. */
export function levelAt(moments, position) {
  const before = Math.min(moments.length - 1, Math.max(0, Math.floor(position)));
  const after = Math.min(moments.length - 1, before + 1);
  const part = Math.min(1, Math.max(0, position - before));
  const [[a, s, t], [a2, s2, t2]] = [moments[before], moments[after]];
  const linear = (from, to) => from + (to - from) * part;
  const sigma = s > 0 && s2 > 0 ? s * (s2 / s) ** part : linear(s, s2);
  return { alpha: linear(a, a2), sigma, t: linear(t, t2) };
}
