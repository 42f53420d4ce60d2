// A drawing: points by class, as the node's text says them: x y x y …; x y …, one part a class.

const DECIMALS = 3;
const SPACING = 0.08; // between the points of one stroke
const JOINED = 0.3; // neighbours farther apart than this belong to different strokes

/** The classes of a text, each a list of [x, y]; what cannot be read is left out. */
export function parse(text) {
  return text.split(";").map((part) => {
    const numbers = part.replaceAll(",", " ").split(/\s+/).filter(Boolean).map(Number);
    const points = [];
    for (let i = 0; i + 1 < numbers.length; i += 2)
      if (Number.isFinite(numbers[i]) && Number.isFinite(numbers[i + 1])) points.push([numbers[i], numbers[i + 1]]);
    return points;
  });
}

/** The text of a drawing; empty classes at its end are left out. */
export function write(classes) {
  const last = classes.findLastIndex((points) => points.length);
  const parts = classes.slice(0, last + 1).map((points) => points.map((point) => point.map(short).join(" ")).join(" "));
  return parts.join("; ");
}

function short(value) {
  return String(Number(value.toFixed(DECIMALS)) || 0);
}

/** With one point more in a class; unless it is too close to `before`, the one of the stroke before it. */
export function added(classes, index, place, before = null) {
  if (before && distance(place, before) < SPACING) return classes;
  return withClass(classes, index, [...(classes[index] ?? []), place]);
}

/** Without the points of any class that are nearer than a radius. */
export function erased(classes, place, radius) {
  return classes.map((points) => points.filter((point) => distance(point, place) >= radius));
}

/** One class smoothed: each point moves halfway to the middle of its neighbours in the same stroke. */
export function smoothed(classes, index) {
  const points = classes[index] ?? [];
  const near = (a, b) => a && b && distance(a, b) < JOINED;
  const moved = points.map((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (!near(before, point) || !near(point, after)) return point;
    return point.map((value, axis) => 0.5 * value + 0.25 * (before[axis] + after[axis]));
  });
  return withClass(classes, index, moved);
}

/** All points as (N, 2) and their classes, (N,): what the field is made of. As written, not as drawn. */
export function numbers(classes) {
  const rounded = parse(write(classes));
  const labels = rounded.flatMap((points, index) => points.map(() => index));
  return { data: Float64Array.from(rounded.flat(2)), labels: Int32Array.from(labels) };
}

export function count(classes) {
  return classes.reduce((sum, points) => sum + points.length, 0);
}

function withClass(classes, index, points) {
  const length = Math.max(classes.length, index + 1);
  return Array.from({ length }, (_, i) => (i === index ? points : (classes[i] ?? [])));
}

function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
