// The viewer of the plane, without a page: moments, a field on a grid, samples, and what is said of a place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DARK } from "../../web/canvas/palette.js";
import { measure, quantile } from "../../web/field/arrows.js";
import { GridField } from "../../web/field/grid_field.js";
import { legend } from "../../web/field/legend.js";
import { between, levelAt } from "../../web/field/moments.js";
import { longestFirst, probe, readOut } from "../../web/field/probe.js";
import { Samples } from "../../web/field/samples.js";

const MOMENTS = [[1, 10, 1], [1, 1, 0.5], [1, 0.1, 0]];

/** A file of a field ε̂ = x/σ (all data at the origin) on a grid, at the first and the last moment. */
function file(side = 8, extent = 2) {
  const spacing = (2 * extent) / side;
  const epsilon = [];
  for (const moment of [0, 2])
    for (let p = 0; p < side * side; p++)
      for (const index of [Math.floor(p / side), p % side]) epsilon.push((spacing * (index + 0.5) - extent) / MOMENTS[moment][1]);
  return {
    about: { moments: MOMENTS, field_at: [0, 2], side, extent, layers: [""], classes: [], notes: [] },
    arrays: { epsilon: { values: Float32Array.from(epsilon) }, x0: { values: new Float32Array(epsilon.length) } },
  };
}

const near = (found, wanted, by = 1e-5) => found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) < by, `${found} is not ${wanted}`));

test("a place on the line of moments lies between two, and never beyond", () => {
  assert.deepEqual(between([0, 4, 8], 5), [1, 2, 0.25]);
  assert.deepEqual(between([0, 4, 8], -1), [0, 0, 0]);
  assert.deepEqual(between([0, 4, 8], 9), [2, 2, 0]);
  const { alpha, sigma, t } = levelAt(MOMENTS, 0.5);
  near([alpha, sigma, t], [1, Math.sqrt(10), 0.75]);
  near([levelAt(MOMENTS, 7).sigma, levelAt([[1, 0, 0]], 0).sigma, levelAt([[1, 2, 0], [1, 0, 0]], 0.5).sigma], [0.1, 0, 1]);
});

test("arrows are what their kind says, at every place of the grid", () => {
  const field = new GridField(file());
  const [x, y] = [field.at(1), field.at(6)];
  const p = 1 * 8 + 6;
  near([...field.arrows("-epsilon", "", 2).slice(2 * p, 2 * p + 2)], [-x / 0.1, -y / 0.1], 1e-4);
  near([...field.arrows("score", "", 2).slice(2 * p, 2 * p + 2)], [-x / 0.01, -y / 0.01], 1e-3);
  near([...field.arrows("x0 - x", "", 0).slice(2 * p, 2 * p + 2)], [-x, -y]);
});

test("a probe reads any place, those at the edge too, and nothing off the grid", () => {
  const field = new GridField(file());
  for (const at of [[0.1, -0.3], [1.99, -1.99], [field.at(3), field.at(4)]]) {
    near(field.probe("-epsilon", "", 0, ...at), at.map((value) => -value / 10));
    near(field.probe("x0 - x", "", 1, ...at), at.map((value) => -value));
  }
  assert.equal(field.probe("-epsilon", "", 0, 2.1, 0), null);
});

test("on another grid the arrows are those of its places", () => {
  const field = new GridField(file());
  const { arrows, place, spacing } = field.resampled("-epsilon", "", 2, 5);
  assert.equal(spacing, 4 / 5);
  near(place(0), [-1.6, -1.6]);
  for (const p of [0, 7, 24]) near([...arrows.slice(2 * p, 2 * p + 2)], place(p).map((value) => -value / 0.1), 1e-4);
  const same = field.resampled("-epsilon", "", 2, 8);
  assert.deepEqual(same.arrows, field.arrows("-epsilon", "", 2));
  near(same.place(9), [field.at(1), field.at(1)]);
});

test("lengths are measured over all layers, as the saved pictures do", () => {
  assert.ok(Math.abs(quantile([0, 1, 2, 3], 0.9) - 2.7) < 1e-12);
  const layers = [Float32Array.of(3, 4, 0, 1), Float32Array.of(0, 10, NaN, 0)];
  const { scale, strong } = measure(layers, 0.5, "true");
  assert.ok(Math.abs(scale(5) - (1.6 * 0.5) / 10) < 1e-9);
  assert.ok(Math.abs(strong - 9) < 1e-9);
  assert.ok(Math.abs(5 * measure(layers, 0.5, "unit").scale(5) - 0.86 * 0.5) < 1e-9);
});

test("samples glide between moments, and a followed one must be there", () => {
  const arrays = { x: { shape: [3, 2, 2], values: Float32Array.of(0, 0, 1, 1, 2, 0, 1, 3, 2, 2, 5, 5) } };
  const samples = new Samples({ about: { extent: 2, follow: 1 }, arrays });
  near([...samples.at(0.5)], [1, 0, 1, 2]);
  near([...samples.at(99)], [2, 2, 5, 5]);
  assert.equal(samples.follow, 1);
  for (const follow of [2, null, undefined]) assert.equal(new Samples({ about: { extent: 2, follow }, arrays }).follow, null);
});

test("what is pointed at is told in numbers; a gap in the field is passed over", () => {
  const told = readOut([["guided", [0.6, -0.8]]], "-epsilon", [1.5, 0]);
  assert.match(told.replaceAll("\u2007", " "), /^x\s+1\.50,\s+0\.00\s+−ε̂\s+0\.60, −0\.80\s+\|−ε̂\| 1\.00$/);
  const three = readOut([["unconditional", [1, 0]], ["conditional", [0, 2]], ["guided", [3, 4]]], "score", [0, 0]);
  assert.match(three, /uncond 1\.00  cond 2\.00  guided 5\.00/);
  assert.equal(readOut([], "score", null), "");
  const gap = file();
  gap.arrays.epsilon.values.fill(NaN);
  assert.deepEqual(probe(new GridField(gap), { kind: "-epsilon", layers: [""], position: 0, at: [0, 0] }), []);
});

test("the legend names what is seen and nothing else", () => {
  const named = (given) => legend(DARK, { layers: [], samples: null, classes: [], hasData: false, ...given }).map(([name]) => name);
  assert.deepEqual(named({ layers: ["unconditional", "guided"], classes: ["dog"] }), ["unconditional", "guided", "dog"]);
  assert.deepEqual(named({ layers: [""], hasData: true, samples: {} }), ["data", "samples"]);
  assert.deepEqual(named({ samples: { walks: ["a", "b"], group: {} } }), ["a", "b"]);
});

test("of arrows under the pointer the shortest is drawn last, so that none hides another", () => {
  const found = [["unconditional", [0, 1]], ["conditional", [3, 0]], ["guided", [0, -2]]];
  assert.deepEqual(longestFirst(found).map(([layer]) => layer), ["conditional", "guided", "unconditional"]);
  assert.equal(found[0][0], "unconditional");
});
