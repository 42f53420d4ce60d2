// What the page makes of walks, grids and runs, without a page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DARK } from "../../web/canvas/palette.js";
import { laidOut, neighbour, wordsOf as wordsOfCell } from "../../web/grid/cells.js";
import { dragAsFile, typeOf } from "../../web/grid/drag.js";
import { Runs, nodeOf, wordsOf } from "../../web/live/runs.js";
import { ROOMS, colourOf, hex } from "../../web/rooms/colours.js";
import { legendOf, linesOf } from "../../web/strip/chart.js";
import { fitted, heightOfLarge, momentAt, nearest, stripLayout } from "../../web/strip/pictures.js";
import { brief, momentWords, rectangleOf, spreadOut } from "../../web/strip/sheet.js";

const WALK = {
  cell: [8, 6], columns: 5, parts: ["x", "x0"], samples: ["1", "2"], frames: 3, steps: [0, 4, 8], last: 8,
  t: [1, 0.5, 0], sigma: [10, 1, 0],
  sizes: { unconditional: [[1, 2, null], [1, 1, null]], guided: [[1, 4, null], [1, 1, null]] },
};

test("pictures stand on the sheet by part, sample, moment and frame", () => {
  assert.deepEqual(rectangleOf(WALK, 0, 0, 0), [0, 0, 8, 6]);
  assert.deepEqual(rectangleOf(WALK, 0, 0, 1, 2), [0, 6, 8, 6]);
  assert.deepEqual(rectangleOf(WALK, 1, 1, 2, 2), [0, 42, 8, 6]);
  const all = new Set();
  for (const part of [0, 1]) for (const sample of [0, 1]) for (const moment of [0, 1, 2]) for (const frame of [0, 1, 2])
    all.add(rectangleOf(WALK, part, sample, moment, frame).join());
  assert.equal(all.size, 36);
});

test("a moment in words, and numbers that are not there", () => {
  assert.equal(momentWords(WALK, 1), "step 4 of 8   t 0.5   σ 1");
  assert.deepEqual([brief(0.0123456), brief(null), brief(undefined), brief(1234.5)], ["0.0123", "–", "–", "1230"]);
});

test("a strip shows as many moments as there is room for, and both ends", () => {
  assert.deepEqual(spreadOut(10, 3), [0, 5, 10]);
  const about = { ...WALK, steps: Array.from({ length: 51 }, (_, i) => i) };
  const layout = stripLayout(300, 84, about);
  assert.deepEqual([layout.moments[0], layout.moments.at(-1)], [0, 50]);
  const { moments, size, gap, left } = layout;
  assert.ok(left >= 0 && left + moments.length * (size[0] + gap) - gap <= 300);
  moments.forEach((moment, place) => assert.equal(momentAt(layout, left + (place + 0.5) * (size[0] + gap)), moment));
  assert.equal(momentAt(layout, -50), 0);
  assert.equal(momentAt(layout, 1000), 50);
  assert.equal(nearest([0, 10, 20], 14), 10);
});

test("a picture keeps its aspect in its room", () => {
  assert.deepEqual(fitted([8, 6], [10, 0, 80, 80]), [10, 10, 80, 60]);
  assert.deepEqual(fitted([1, 2], [0, 0, 80, 80]), [20, 0, 40, 80]);
});

test("the large pictures are as high as their width asks for, and their names", () => {
  const [wide, tall] = [heightOfLarge(306, WALK), heightOfLarge(306, { ...WALK, cell: [6, 8] })];
  const names = tall - 200; // two pictures, 150 wide each: 6 × 8 is 200 high, 8 × 6 is 113
  assert.ok(names > 10 && names < 30);
  assert.equal(wide, 113 + names);
});

test("the chart has sigma and the vectors of the sample, in the colours of the saved charts", () => {
  const lines = linesOf(WALK, 0, DARK);
  assert.deepEqual(lines.map(({ name }) => name), ["σ", "unconditional", "guided"]);
  assert.deepEqual(lines.map(({ colour }) => colour), [DARK.quiet, DARK.unconditional, DARK.guided]);
  assert.equal(lines[2].scale(4), 1);
  assert.equal(lines[1].scale(2), 0.5);
  assert.deepEqual([lines[0].scale(10), lines[0].scale(1), lines[0].scale(0)], [1, 0, 0]);
  const alone = linesOf({ ...WALK, sizes: { epsilon: [[1, 1, 1]] } }, 0, DARK);
  assert.deepEqual(alone.map(({ name }) => name), ["σ", "|ε̂|"]);
  assert.ok(alone.every(({ colour }) => colour));
});

test("a legend breaks where there is no room", () => {
  const context = { measureText: (words) => ({ width: words.length * 10 }) };
  const entries = ["aaaa", "bbbb", "cccc"].map((words) => ({ words, colour: "#fff" }));
  assert.deepEqual(legendOf(context, entries, 100).map((line) => line.length), [2, 1]);
  assert.deepEqual(legendOf(context, entries, 10).map((line) => line.length), [1, 1, 1]);
});

test("a grid has its axes around its cells", () => {
  const about = { columns: 2, labels: [], row_labels: ["a", "b"], column_labels: ["c", "d"] };
  assert.deepEqual(laidOut(about, 3).map(({ kind }) => kind),
    ["corner", "column", "column", "row", "cell", "cell", "row", "cell"]);
  assert.deepEqual([wordsOfCell(about, 0), wordsOfCell(about, 2)], ["a  c", "b  c"]);
  assert.equal(wordsOfCell({ columns: 2, labels: ["α = 1"], row_labels: [], column_labels: [] }, 0), "α = 1");
  assert.equal(wordsOfCell({ columns: 2, labels: [], row_labels: [], column_labels: [] }, 1), "2");
  assert.deepEqual(["ArrowDown", "ArrowRight", "ArrowUp", "x"].map((key) => neighbour(1, key, 2, 4)), [3, 2, 1, 1]);
});

test("a cell is dragged as the address of its file", () => {
  globalThis.location = { href: "http://127.0.0.1:8188/" };
  let started;
  const element = { addEventListener: (kind, heard) => kind === "dragstart" && (started = heard) };
  dragAsFile(element, "/api/view?filename=a.png&type=temp", "a.png");
  const given = {};
  started({ stopPropagation() {}, dataTransfer: { clearData() {}, setData: (kind, value) => (given[kind] = value) } });
  assert.equal(element.draggable, true);
  assert.equal(given["text/uri-list"], "http://127.0.0.1:8188/api/view?filename=a.png&type=temp");
  assert.deepEqual([typeOf("a.png"), typeOf("a.webp")], ["image/png", "image/webp"]);
});

test("a run is followed to its end, or to where it was stopped", () => {
  const said = [];
  const runs = new Runs((id, state) => said.push([id, wordsOf(state)]));
  runs.started();
  runs.executing("3");
  runs.progressed("3", 1, 50);
  runs.progressed("3", 2, 50);
  runs.executing("4");
  runs.progressed("4", 7, 9);
  runs.ended("stopped");
  assert.deepEqual(said, [["3", "step 1 of 50"], ["3", "step 2 of 50"], ["3", ""], ["4", "step 7 of 9"], ["4", "Stopped at step 7 of 9"]]);
  runs.started();
  assert.deepEqual(said.slice(-2), [["3", ""], ["4", ""]]);
  runs.executing("4");
  runs.progressed("4", 3, 9);
  runs.ended("failed");
  assert.equal(said.at(-1)[1], "Failed at step 3 of 9");
});

test("a node in a subgraph is found by the way to it", () => {
  const inner = { getNodeById: (id) => (id === 7 ? "inner" : undefined) };
  const graph = { getNodeById: (id) => (id === 12 ? { subgraph: inner } : undefined) };
  assert.equal(nodeOf(graph, "12:7"), "inner");
  assert.equal(nodeOf(graph, "9:7"), undefined);
});

test("rooms are told apart, and their titles can be read", () => {
  assert.equal(hex(0, 100, 50), "#ff0000");
  assert.equal(hex(120, 100, 25), "#008000");
  const headers = Object.keys(ROOMS).map((room) => colourOf({ name: "ScorefieldX", category: `Scorefield/${room}` }).color);
  assert.equal(new Set(headers).size, headers.length);
  assert.equal(colourOf({ name: "KSampler", category: "sampling" }), undefined);
  assert.equal(colourOf({ name: "ScorefieldX", category: "Scorefield/unknown" }), undefined);
  const light = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const title = light("#999999"); // of the page's dark palette
  for (const header of headers) assert.ok((title + 0.05) / (light(header) + 0.05) >= 3.5, header);
});
