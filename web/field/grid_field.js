// A field on a square grid at some moments: what its arrows are, there and in between.
import { between, levelAt } from "./moments.js";

export const KINDS = [
  ["-epsilon", "−ε̂"], // the way back from the noise
  ["score", "score"], // −ε̂/σ, the slope of log p
  ["x0 - x", "x̂0 − x"], // all the way to the estimate
];

/** What plots/page_view.py wrote as `epsilon` and `x0`, (layers, moments, side², 2). */
export class GridField {
  constructor({ about, arrays }) {
    this.moments = about.moments;
    this.places = about.field_at;
    this.side = about.side;
    this.extent = about.extent;
    this.layers = about.layers;
    this.epsilon = arrays.epsilon.values;
    this.x0 = arrays.x0.values;
    this.spacing = (2 * this.extent) / this.side;
  }

  /** The place of a grid point along one axis. */
  at(index) {
    return -this.extent + this.spacing * (index + 0.5);
  }

  place(p) {
    return [this.at(Math.floor(p / this.side)), this.at(p % this.side)];
  }

  /** The arrows of a layer at a position, (side², 2), as long as they are. */
  arrows(kind, layer, position) {
    const count = this.side * this.side;
    const out = new Float32Array(2 * count);
    const read = this.reader(kind, layer, position);
    for (let p = 0; p < count; p++) {
      const [x, y] = this.place(p);
      [out[2 * p], out[2 * p + 1]] = read(p, x, y);
    }
    return out;
  }

  /** The arrows on a grid of another side over the same square, {arrows, place(p), spacing}. */
  resampled(kind, layer, position, side) {
    const spacing = (2 * this.extent) / side;
    if (side === this.side)
      return { arrows: this.arrows(kind, layer, position), place: (p) => this.place(p), spacing };
    const place = (p) => [Math.floor(p / side), p % side].map((index) => spacing * (index + 0.5) - this.extent);
    const arrows = new Float32Array(2 * side * side);
    for (let p = 0; p < side * side; p++) arrows.set(this.probe(kind, layer, position, ...place(p)), 2 * p);
    return { arrows, place, spacing };
  }

  /** The arrow at any place (x, y), from the four around it; null off the grid. */
  probe(kind, layer, position, x, y) {
    const [i, j] = [x, y].map((value) => (value + this.extent) / this.spacing - 0.5);
    if (Math.min(i, j) < -0.5 || Math.max(i, j) > this.side - 0.5) return null;
    const [low, right] = [i, j].map((value) => Math.min(this.side - 2, Math.max(0, Math.floor(value))));
    const read = this.reader(kind, layer, position);
    const sum = [0, 0];
    for (const [di, dj] of [[0, 0], [0, 1], [1, 0], [1, 1]]) {
      const weight = share(i - low, di) * share(j - right, dj);
      const arrow = read((low + di) * this.side + right + dj, x, y);
      sum[0] += weight * arrow[0];
      sum[1] += weight * arrow[1];
    }
    return sum;
  }

  /** A function that gives the arrow at a grid point; x̂0 − x is taken from the place that is asked about. */
  reader(kind, layer, position) {
    const [before, after, part] = between(this.places, position);
    const { sigma } = levelAt(this.moments, Math.min(position, this.places[this.places.length - 1]));
    const values = kind === "x0 - x" ? this.x0 : this.epsilon;
    const count = this.side * this.side;
    const start = (moment) => 2 * count * (this.layers.indexOf(layer) * this.places.length + moment);
    const [one, two] = [start(before), start(after)];
    const value = (at) => values[one + at] + (values[two + at] - values[one + at]) * part;
    if (kind === "x0 - x") return (p, x, y) => [value(2 * p) - x, value(2 * p + 1) - y];
    const scale = kind === "score" ? -1 / sigma : -1;
    return (p) => [scale * value(2 * p), scale * value(2 * p + 1)];
  }
}

function share(part, corner) {
  return corner ? part : 1 - part;
}
