// The viewer on a node: it appears when the node has run, moves with the slider, plays, reads and turns light.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { eachPage } from "./every_page.js";
import { frames, load, lookAt, pixels, run, saved, soon } from "./page.js";

const FIELD = "ScorefieldFieldPlot";

eachPage("viewer", ({ open, panels }) => {
  if (!panels) return;

  // One page for all of these: a new one takes seconds, and none leaves anything that the next one minds.
  let page, errors, panel, canvas;
  before(async () => {
    ({ page, errors } = await open({ keep: true }));
    await load(page, saved("ddim-2d"), "ddim-2d");
    assert.equal(await run(page), "execution_success");
  });
  after(() => page?.context().close());
  beforeEach(() => lookInto(FIELD));

  async function lookInto(type) {
    await lookAt(page, type);
    await page.waitForFunction((type) => {
      const node = app.graph.nodes.find((each) => each.type === type);
      const widget = node.widgets.find((each) => each.name === "scorefield_view");
      if (widget) widget.element.dataset.testid = type;
      return Boolean(widget?.element.querySelector("canvas")?.width > 100);
    }, type);
    panel = page.locator(`[data-testid="${type}"]`);
    canvas = panel.locator("canvas");
    await frames(page);
  }

  test("moves with the slider: other pixels, another sigma", async () => {
    const before = [await pixels(canvas), await panel.locator(".level").textContent()];
    await panel.locator("input[type=range]").press("ArrowRight");
    await soon(async () => assert.notEqual(await pixels(canvas), before[0]));
    assert.notEqual(await panel.locator(".level").textContent(), before[1]);
    assert.deepEqual(errors(), []);
  });

  test("shows one field, another, and all three", async () => {
    const seen = new Set();
    for (const layer of ["unconditional", "conditional", "guided", "all"]) {
      await panel.locator('select[title="Which field"]').selectOption(layer);
      await frames(page);
      seen.add(await pixels(canvas));
    }
    assert.equal(seen.size, 4);
  });

  test("plays to its end, stops where it is told to, and begins again", async () => {
    await lookInto("ScorefieldTrajectoryAnimation");
    await panel.locator('select[title="Speed"]').selectOption("0.25"); // a busy machine must not find it at its end
    await panel.getByTitle("Play").click();
    const running = await pixels(canvas);
    await soon(async () => assert.notEqual(await pixels(canvas), running));
    await panel.getByTitle("Stop").click();
    await frames(page);
    const still = await pixels(canvas);
    await frames(page, 20);
    assert.equal(await pixels(canvas), still);
    await panel.locator('select[title="Speed"]').selectOption("4");
    await panel.getByTitle("Play").click();
    await panel.getByTitle("Play").waitFor();
    assert.match(await panel.locator(".level").textContent(), /t 0\.00/);
  });

  test("reads the place, sigma and the arrow under the pointer", async () => {
    const box = await canvas.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await soon(async () => assert.match(await panel.locator(".words").last().textContent(), /^x/));
    const words = (await panel.locator(".words").last().textContent()).replaceAll("\u2007", " ");
    assert.match(words, /^x\s+−?0\.0\d,\s+−?0\.0\d/);
    assert.match(words, /guided \d/);
    assert.match(await panel.locator(".level").textContent(), /σ \d/);
  });

  test("zooms once it was clicked, and shows all again", async () => {
    const scale = () => page.evaluate(() => app.canvas.ds.scale);
    await page.mouse.move(5, 5);
    await frames(page);
    const before = await pixels(canvas);
    await canvas.click({ position: { x: 60, y: 60 } });
    const graph = await scale();
    await page.mouse.wheel(0, -300);
    await page.mouse.move(5, 5);
    await soon(async () => assert.notEqual(await pixels(canvas), before));
    assert.equal(await scale(), graph);
    await canvas.press("0");
    await soon(async () => assert.equal(await pixels(canvas), before));
  });

  test("grows with its node and stays inside it", async () => {
    const before = await canvas.boundingBox();
    await page.evaluate((type) => {
      const node = app.graph.nodes.find((each) => each.type === type);
      node.setSize([node.size[0] + 120, node.size[1] + 120]);
      app.canvas.setDirty(true, true);
    }, FIELD);
    const [after, inside] = await soon(async () => {
      const boxes = [await canvas.boundingBox(), await panel.boundingBox()];
      assert.ok(boxes[0].width >= before.width + 100, `${before.width} → ${boxes[0].width}`);
      return boxes;
    });
    assert.ok(after.y + after.height <= inside.y + inside.height + 1);
    const overflows = await panel.evaluate((element) => [...element.querySelectorAll("*")].filter((each) => each.scrollWidth > each.clientWidth + 1 && !each.matches(".words, option")).map((each) => each.outerHTML.slice(0, 80)));
    assert.deepEqual(overflows, []);
  });

  test("turns light with the page", async () => {
    const corner = () => canvas.evaluate((element) => [...element.getContext("2d").getImageData(2, 2, 1, 1).data].slice(0, 3));
    const turn = (palette) => page.evaluate((name) => app.extensionManager.setting.set("Comfy.ColorPalette", name), palette);
    await turn("light");
    await soon(async () => assert.deepEqual(await corner(), [255, 255, 255]));
    await turn("dark");
    await soon(async () => assert.deepEqual(await corner(), [0x10, 0x16, 0x1e]));
  });

  test("keeps what it showed when a later run is cancelled", async () => {
    await lookInto("ScorefieldTrajectoryAnimation");
    const before = await pixels(canvas);
    await page.evaluate(() => {
      const set = (type, name, value) => (app.graph.nodes.find((each) => each.type === type).widgets.find((each) => each.name === name).value = value);
      set("ScorefieldNoiseSeed", "batch", 60_000);
      set("ScorefieldDDIMSampler", "steps", 256);
      const api = app.api ?? window.comfyAPI.api.api;
      api.addEventListener("progress", () => api.interrupt(null), { once: true });
    });
    assert.equal(await run(page), "execution_interrupted");
    assert.equal(await pixels(canvas), before);
    assert.deepEqual(errors(), []);
  });

  test("is there again on a new page, although nothing had to be run anew", async () => {
    const fresh = await open();
    await load(fresh.page, saved("cfg-2d-arrows"), "cfg-2d-arrows");
    for (let i = 0; i < 2; i++) {
      assert.equal(await run(fresh.page), "execution_success");
      await fresh.page.waitForFunction((type) => app.graph.nodes.find((each) => each.type === type).widgets.some((each) => each.name === "scorefield_view"), FIELD);
      await load(fresh.page, saved("cfg-2d-arrows"), "again");
    }
  });
});
