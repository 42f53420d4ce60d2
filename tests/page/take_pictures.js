// Takes the pictures of the viewer and the pad for the help pages, from real runs in the newest page.
//   node tests/page/take_pictures.js [FOLDER]     (after `make .venv/page-ready`)
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { load, lookAt, openBrowser, openPage, run, saved } from "./page.js";
import { ROOT, serve, versions } from "./servers.js";

const folder = process.argv[2] ?? join(ROOT, "web", "docs", "pictures");
const MARGIN = 8;

/** Look at a node of a workflow, make it show something, and take it with a little around. */
async function take(page, name, type, { position, chosen = {}, pointer, act } = {}) {
  await lookAt(page, type);
  const panel = page.locator(`[data-of="${type}"]`);
  await page.evaluate((type) => {
    const node = app.graph.nodes.find((each) => each.type === type);
    node.widgets.findLast((each) => each.name.startsWith("scorefield_")).element.dataset.of = type;
  }, type);
  for (const [title, value] of Object.entries(chosen)) await panel.getByTitle(title, { exact: true }).selectOption(value);
  if (position !== undefined)
    await panel.locator("input[type=range]").evaluate((element, part) => {
      element.value = String(part * Number(element.max));
      element.dispatchEvent(new Event("input"));
    }, position);
  const canvas = await panel.locator("canvas").boundingBox();
  const at = ([x, y]) => [canvas.x + x * canvas.width, canvas.y + y * canvas.height];
  await act?.(page, panel, at);
  await page.mouse.move(...(pointer ? at(pointer) : [5, 500]));
  await page.waitForTimeout(500);
  const box = await page.evaluate((type) => {
    const node = app.graph.nodes.find((each) => each.type === type);
    const { ds, canvas } = app.canvas;
    const room = canvas.getBoundingClientRect();
    const [x, y] = [0, 1].map((axis) => (node.pos[axis] + ds.offset[axis]) * ds.scale);
    return { x: room.left + x, y: room.top + y - 30, width: node.size[0] * ds.scale, height: node.size[1] * ds.scale + 30 };
  }, type);
  const clip = { x: box.x - MARGIN, y: box.y - MARGIN, width: box.width + 2 * MARGIN, height: box.height + 2 * MARGIN };
  await page.screenshot({ path: join(folder, `${name}.png`), clip });
}

async function stroke(page, at, points) {
  await page.mouse.move(...at(points[0]));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...at(point), { steps: 3 });
  await page.mouse.up();
}

async function draw(page, panel, at) {
  await panel.getByTitle("Clear everything").click();
  const wave = (from, to, height) => Array.from({ length: 25 }, (_, i) => [from + ((to - from) * i) / 24, height + 0.09 * Math.sin(i / 3)]);
  for (const [name, height] of [["person", 0.3], ["dog", 0.52], ["cat", 0.74]]) {
    await panel.getByTitle(`Draw points of ${name}`).click();
    await stroke(page, at, wave(0.2, 0.8, height));
  }
}

const FIELD = "ScorefieldFieldPlot";
const WALK = "ScorefieldTrajectoryAnimation";
mkdirSync(folder, { recursive: true });
const [server, browser] = await Promise.all([serve(versions().at(-1)), openBrowser()]);
try {
  const settings = { "Comfy.NodeBadge.NodeSourceBadgeMode": "None", "LiteGraph.Canvas.ShowSelectionToolbox": false };
  const opened = async (options) => {
    const { page } = await openPage(browser, server.url, { settings: { ...settings, ...options?.settings }, vue: options?.vue, viewport: { width: 1200, height: 1000 } });
    await load(page, saved("ddim-2d"), "ddim-2d");
    await run(page);
    await page.waitForTimeout(1500);
    return page;
  };
  const dark = await opened();
  await take(dark, "viewer-far", FIELD, { position: 0, chosen: { "Which field": "unconditional" } });
  await take(dark, "viewer-turn", FIELD, { position: 0.66, chosen: { "Which field": "unconditional" }, pointer: [0.72, 0.4] });
  await take(dark, "viewer-guidance", FIELD, { position: 0.35, chosen: { "Which field": "all" }, pointer: [0.62, 0.58] });
  await take(dark, "viewer-walk", WALK, { position: 0.3 });
  await take(dark, "viewer-paths", "ScorefieldTrajectoryPlot");
  await load(dark, saved("draw-your-data"), "draw-your-data");
  await take(dark, "pad-first", "ScorefieldDrawPoints");
  await take(dark, "pad-drawn", "ScorefieldDrawPoints", { act: draw, pointer: [0.6, 0.64] });
  const light = await opened({ settings: { "Comfy.ColorPalette": "light" } });
  await take(light, "viewer-light", FIELD, { position: 0.35, chosen: { "Which field": "all" } });
  const vue = await opened({ vue: true });
  await take(vue, "viewer-vue", WALK, { position: 0.45 });
} finally {
  await browser.close();
  await server.stop();
}
