// The shared ground of what we put on the canvas: colours, places, time, and what a node gave.
import assert from "node:assert/strict";
import { test } from "node:test";
import { redrawnWhenWidgetsCome } from "../../web/canvas/late_widget.js";
import { addressOf, outputExtension } from "../../web/canvas/output.js";
import { DARK, LIGHT, classColour, lightness, mixed } from "../../web/canvas/palette.js";
import { PlaneView } from "../../web/canvas/plane.js";
import { Clock } from "../../web/canvas/player.js";
import { stepped } from "../../web/canvas/slider.js";

/** How far apart two colours are in contrast, 1 … 21 (WCAG 2). */
function contrast(first, second) {
  const [a, b] = [first, second].map((colour) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const value = parseInt(colour.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  });
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** The largest difference of two colours in a channel, 0 … 255. */
function apart(first, second) {
  const [a, b] = [first, second].map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));
  return Math.max(...a.map((channel, at) => Math.abs(channel - b[at])));
}

test("both palettes name the same things, and all that means something stands out", () => {
  assert.deepEqual(Object.keys(LIGHT), Object.keys(DARK));
  for (const palette of [DARK, LIGHT]) {
    const { classes, text, quiet, data, sample, accent, conditional, guided, unconditional } = palette;
    for (const colour of [text, quiet]) assert.ok(contrast(colour, palette.page) >= 4.5, colour);
    for (const colour of [...classes, data, sample, accent, conditional, guided, unconditional])
      assert.ok(contrast(colour, palette.panel) >= 3, colour);
  }
});

test("no class is mistaken for a field of the same legend", () => {
  for (const { classes, unconditional, conditional, guided } of [DARK, LIGHT])
    for (const field of [unconditional, conditional, guided])
      for (const colour of classes) assert.ok(apart(colour, field) >= 32, `${colour} and ${field}`);
});

test("class colours begin again, and a mixture lies between", () => {
  assert.equal(classColour(DARK, 9), DARK.classes[1]);
  assert.equal(mixed("#000000", "#ffffff", 0), "#000000");
  assert.equal(mixed("#000000", "#ff8002", 0.5), "#804001");
});

test("a place of the plane is a pixel and back, wherever the view has moved", () => {
  const view = new PlaneView(2);
  view.resize(400, 300);
  assert.deepEqual(view.toScreen(0, 0), [200, 150]);
  assert.deepEqual(view.toScreen(2, 2), [350, 0]);
  view.zoomAt(100, 40, 3);
  view.pan(17, -5);
  const [across, down] = view.toScreen(0.3, -0.7);
  const [x, y] = view.toPlane(across, down);
  assert.ok(Math.hypot(x - 0.3, y + 0.7) < 1e-12);
});

test("many places are the pixels that each of them is", () => {
  const view = new PlaneView(2);
  view.resize(300, 200);
  view.zoomAt(40, 50, 1.7);
  const places = Float64Array.of(0, 0, -1.5, 0.25, 3, -2);
  const pixels = view.allToScreen(places);
  for (let i = 0; i < places.length; i += 2)
    view.toScreen(places[i], places[i + 1]).forEach((value, axis) => assert.ok(Math.abs(pixels[i + axis] - value) < 1e-9));
});

test("zooming holds the place under the pointer, and has an end", () => {
  const view = new PlaneView(2);
  view.resize(400, 400);
  const before = view.toPlane(70, 310);
  view.zoomAt(70, 310, 2.5);
  const after = view.toPlane(70, 310);
  assert.ok(Math.hypot(after[0] - before[0], after[1] - before[1]) < 1e-12);
  for (let i = 0; i < 50; i++) view.zoomAt(70, 310, 2);
  assert.ok(Number.isFinite(view.scale) && view.zoom <= 40);
  view.home();
  assert.deepEqual(view.toScreen(0, 0), [200, 200]);
});

test("a clock runs through all moments in its time, stops at the end, and begins again", () => {
  const clock = new Clock(11, 2);
  assert.equal(clock.advance(1), false);
  clock.play();
  assert.ok(clock.advance(1));
  assert.equal(clock.position, 5);
  clock.speed = 4;
  clock.advance(10);
  assert.deepEqual([clock.position, clock.playing], [10, false]);
  clock.play();
  assert.deepEqual([clock.position, clock.playing], [0, true]);
  clock.reset(1);
  clock.play();
  assert.equal(clock.playing, false);
});

test("a step of the keyboard goes to the next whole moment and never beyond", () => {
  assert.equal(stepped(2.4, 1, 5), 3);
  assert.equal(stepped(2.4, -1, 5), 2);
  assert.equal(stepped(2, -1, 5), 1);
  assert.equal(stepped(5, 1, 5), 5);
  assert.equal(stepped(0, -1, 5), 0);
});

test("an output is shown when its node ran, and again when its workflow comes back", () => {
  const shown = [];
  const app = { graph: { nodes: [] }, nodeOutputs: { 7: { ours: ["kept"] } } };
  const extension = outputExtension({
    name: "test", key: "ours", app,
    wants: (definition) => definition.name === "Ours",
    show: (node, entries) => shown.push([node.id, entries]),
  });
  const [Ours, Other] = [class {}, class {}];
  let before = 0;
  Ours.prototype.onExecuted = () => (before += 1);
  extension.beforeRegisterNodeDef(Ours, { name: "Ours" });
  extension.beforeRegisterNodeDef(Other, { name: "Other" });
  const [ours, other] = [Object.assign(new Ours(), { id: 7 }), Object.assign(new Other(), { id: 8 })];
  ours.onExecuted({ ours: ["new"], images: [] });
  ours.onExecuted({ images: [] });
  assert.equal(before, 2);
  assert.deepEqual(shown, [[7, ["new"]]]);
  assert.equal(other.onExecuted, undefined);
  app.graph.nodes = [ours, other];
  extension.afterConfigureGraph();
  assert.equal(shown.length, 1);
  const again = Object.assign(new Ours(), { id: 7 });
  app.graph.nodes = [again, other];
  extension.afterConfigureGraph();
  assert.deepEqual(shown[1], [7, ["kept"]]);
});

test("a file is asked of the page's own server, its name escaped", () => {
  const address = addressOf({ apiURL: (path) => `/api${path}` }, { filename: "a b&c.png", type: "temp" });
  assert.equal(address, "/api/view?filename=a+b%26c.png&subfolder=&type=temp");
});

test("a page is light or dark by its background, however the colour is written", () => {
  for (const dark of ["#202020", " #171718 ", "#222", "#353535", ""]) assert.ok(lightness(dark) < 0.5, dark);
  for (const light of ["#DDD", "#ffffff", "#F5F5F5"]) assert.ok(lightness(light) > 0.5, light);
});

test("what a node gave in an earlier run is found in its history, if it was made as it is now", async (context) => {
  const graph = (seed) => ({ 1: { class_type: "Noise", inputs: { seed } }, 3: { class_type: "Ours", inputs: { noise: ["1", 0] } } });
  const earlier = (seed, what) => ({ prompt: [0, "", graph(seed)], outputs: { 3: { ours: [what] } } });
  const runs = { a: earlier(1, "wanted"), b: earlier(2, "of another seed") };
  const [shown, listeners] = [[], {}];
  let asked = 0;
  class Ours {}
  const api = { apiURL: (path) => path, addEventListener: (kind, listener) => (listeners[kind] = listener) };
  context.mock.method(globalThis, "fetch", async () => {
    asked += 1; // the first time the history is not there yet
    return { ok: true, json: async () => (asked > 1 ? { ...runs, now: { prompt: [0, "", graph(1)], outputs: {} } } : runs) };
  });
  const extension = outputExtension({ name: "test", key: "ours", app: { graph: { nodes: [Object.assign(new Ours(), { id: 3 })] } }, api,
    wants: () => true, show: (_, entries) => shown.push(entries) });
  extension.beforeRegisterNodeDef(Ours, {});
  extension.setup();
  await listeners.execution_success({ detail: { prompt_id: "now" } });
  assert.deepEqual([shown, asked], [[["wanted"]], 2]);
  await listeners.execution_success({ detail: { prompt_id: "now" } });
  assert.equal(asked, 2);
});

test("what a run that is opened again gave is shown, once, on the nodes that wait for it", () => {
  const shown = [];
  const app = { graph: { nodes: [{ id: 3, scorefieldShows: ["walk"] }, { id: 4 }] }, nodeOutputs: {} };
  const show = (node, entries) => shown.push([node.id, entries]);
  const extension = outputExtension({ name: "test", key: "walk", wants: () => true, show, app });
  extension.afterConfigureGraph();
  assert.deepEqual(shown, []);
  app.nodeOutputs = { 3: { walk: ["file"] }, 4: { walk: ["other"] } };
  extension.onNodeOutputsUpdated(app.nodeOutputs);
  extension.onNodeOutputsUpdated(app.nodeOutputs);
  assert.deepEqual(shown, [[3, ["file"]]]);
});

test("a widget that comes while its node is drawn has the graph drawn again, once", () => {
  const frames = [];
  const node = { widgets: ["fps"], onDrawForeground: (context) => `drawn on ${context}` };
  redrawnWhenWidgetsCome(node, "redraw", (call) => frames.push(call));
  assert.equal(node.onDrawForeground("paper"), "drawn on paper");
  assert.deepEqual(frames, []);
  node.widgets.push("preview");
  assert.equal(node.onDrawForeground("paper"), "drawn on paper");
  node.onDrawForeground("paper");
  assert.deepEqual(frames, ["redraw"]);
});
