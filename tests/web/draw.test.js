// Drawing: points by class, what the tools do to them, and the field that follows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { closedForm } from "../../web/draw/closed_form.js";
import { added, count, erased, numbers, parse, smoothed, write } from "../../web/draw/drawing.js";
import { EXAMPLES } from "../../web/draw/examples.js";
import { History } from "../../web/draw/history.js";
import { gridInSight, levelAlong } from "../../web/draw/live_field.js";
import { PlaneView } from "../../web/canvas/plane.js";

test("a drawing is written and read back, empty classes in their places", () => {
  const classes = [[[0.5, -1.25]], [], [[1, 2], [-0.0004, 3]]];
  assert.equal(write(classes), "0.5 -1.25; ; 1 2 0 3");
  assert.deepEqual(parse(write(classes)), [[[0.5, -1.25]], [], [[1, 2], [0, 3]]]);
  assert.equal(write([[[1, 1]], [], []]), "1 1");
  assert.deepEqual(parse(""), [[]]);
  assert.deepEqual(parse("1 2 3; x 1"), [[[1, 2]], []]);
});

test("a stroke leaves points apart, each in its class", () => {
  let classes = added([], 1, [0, 0]);
  assert.deepEqual(classes, [[], [[0, 0]]]);
  assert.equal(added(classes, 1, [0.01, 0], [0, 0]), classes);
  classes = added(classes, 1, [0.2, 0], [0, 0]);
  assert.equal(count(classes), 2);
});

test("the eraser takes what is near, of every class", () => {
  assert.deepEqual(erased([[[0, 0], [1, 0]], [[0.05, 0]]], [0, 0], 0.1), [[[1, 0]], []]);
});

test("smoothing evens a line and leaves its ends, other strokes and other classes alone", () => {
  const zigzag = [[0, 0], [0.1, 0.1], [0.2, 0], [0.3, 0.1], [2, 2]];
  const [smooth, other] = smoothed([zigzag, [[5, 5]]], 0);
  assert.deepEqual(smooth[0], [0, 0]);
  assert.ok(Math.abs(smooth[1][1] - 0.05) < 1e-12 && Math.abs(smooth[2][1] - 0.05) < 1e-12);
  assert.deepEqual(smooth.slice(3), [[0.3, 0.1], [2, 2]]);
  assert.deepEqual(other, [[5, 5]]);
});

test("examples lie in sight, are few enough for a field, and have no more classes than names", () => {
  for (const [name, , make] of EXAMPLES) {
    const { data, labels } = numbers(make());
    assert.ok(labels.length >= 20 && labels.length <= 500, name);
    assert.ok(data.every((value) => Math.abs(value) < 1.9), name);
    assert.ok(Math.max(...labels) < 3, name);
  }
});

test("changes are taken back one by one, and none twice", () => {
  const history = new History();
  for (const state of ["", "a", "a", "b"]) history.keep(state);
  assert.deepEqual([history.back("b"), history.back("a"), history.back(""), history.back("")], ["a", "", null, null]);
});

test("far away all arrows aim at the middle, close by at the nearest point", () => {
  const data = Float64Array.of(-1, 0, 1, 0);
  const at = (sigma, x) => closedForm(data, [0, 1], Float64Array.of(...x), { alpha: 1, sigma });
  assert.ok(Math.abs(at(100, [0.5, 0.5]).x0[0]) < 1e-3);
  assert.ok(Math.abs(at(0.01, [0.1, 0.5]).x0[0] - 1) < 1e-9);
  assert.ok(Math.abs(at(0.01, [0.1, 0.5]).epsilon[1] - 50) < 1e-6);
  const one = closedForm(data, [0, 1], Float64Array.of(0.9, 0), { alpha: 1, sigma: 0.1 }, 0);
  assert.equal(one.x0[0], -1);
});

test("without points, without a class's points and without noise there is no field", () => {
  const level = { alpha: 1, sigma: 1 };
  assert.equal(closedForm(new Float64Array(), [], Float64Array.of(0, 0), level), null);
  assert.equal(closedForm(Float64Array.of(0, 0), [0], Float64Array.of(0, 0), level, 2), null);
  assert.equal(closedForm(Float64Array.of(0, 0), [0], Float64Array.of(0, 0), { alpha: 1, sigma: 0 }), null);
});

test("the pad's levels are the video's, and its grid fills what is in sight", () => {
  assert.ok(Math.abs(levelAlong(0).sigma - 10) < 1e-9 && Math.abs(levelAlong(1).sigma - 0.01) < 1e-9);
  const view = new PlaneView(2);
  view.resize(300, 300);
  for (const zoom of [1, 3, 12]) {
    view.zoom = zoom;
    const { places, spacing } = gridInSight(view);
    assert.ok(places.length / 2 > 400 && places.length / 2 < 2500, String(places.length));
    assert.ok(spacing * view.scale > 5 && spacing * view.scale < 20);
  }
});
