// Takes ten moments of the canvas for the README and the help pages, from real runs in the newest page.
//   node tests/page/take_pictures.js [FOLDER]     (after `make .venv/page-ready`; those of the README: from a real one, COMFYUI_URL)
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chosenSteps, load, lookAt, openBrowser, openPage, run, saved, started } from "./page.js";
import { ROOT, serve, versions } from "./servers.js";

const folder = process.argv[2] ?? join(ROOT, "web", "docs", "moments");
const MARGIN = 8;
const QUALITY = 0.86;
const FIELD = "ScorefieldFieldPlot";
const WALK = "ScorefieldTrajectoryAnimation";
const SAMPLER = "ScorefieldDDIMSampler";

/** A picture of a part of the page, as WebP: the page's own browser writes it. */
async function keep(page, name, clip) {
  const png = (await page.screenshot({ clip })).toString("base64");
  const webp = await page.evaluate(async ([png, quality]) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext("2d").drawImage(picture, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality })).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }, [png, QUALITY]);
  writeFileSync(join(folder, `${name}.webp`), Buffer.from(webp, "base64"));
}

/** Look at a node, make it show something, and keep it with a little around. */
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
  const canvas = await panel.locator("canvas").first().boundingBox().catch(() => null);
  const at = ([x, y]) => [canvas.x + x * canvas.width, canvas.y + y * canvas.height];
  await act?.(page, panel, at);
  await page.mouse.move(...(pointer ? at(pointer) : [5, 500]));
  await page.waitForTimeout(800);
  await keep(page, name, await around(page, type));
}

/** The rectangle of a node on the screen, with its title. */
async function around(page, type) {
  const [x, y, width, height] = await page.evaluate((type) => {
    const node = app.graph.nodes.find((each) => each.type === type);
    const { ds, canvas } = app.canvas;
    const room = canvas.getBoundingClientRect();
    const [x, y] = [0, 1].map((axis) => (node.pos[axis] + ds.offset[axis]) * ds.scale);
    return [room.left + x, room.top + y - 30, node.size[0] * ds.scale, node.size[1] * ds.scale + 30];
  }, type);
  const top = Math.max(0, y - MARGIN);
  return { x: x - MARGIN, y: top, width: width + 2 * MARGIN, height: y + height + MARGIN - top };
}

async function draw(page, panel, at) {
  await panel.getByTitle("Clear everything").click();
  const wave = (from, to, height) => Array.from({ length: 25 }, (_, i) => [from + ((to - from) * i) / 24, height + 0.09 * Math.sin(i / 3)]);
  for (const [name, height] of [["person", 0.3], ["dog", 0.52], ["cat", 0.74]]) {
    await panel.getByTitle(`Draw points of ${name}`).click();
    const [first, ...points] = wave(0.2, 0.8, height);
    await page.mouse.move(...at(first));
    await page.mouse.down();
    for (const point of points) await page.mouse.move(...at(point), { steps: 3 });
    await page.mouse.up();
  }
}

/** Stop a long run at its hundredth step. */
async function stop(page) {
  await chosenSteps(page, SAMPLER, 9000, "continuous");
  const outcome = run(page);
  await started(page, 100);
  await page.evaluate(() => (app.api ?? window.comfyAPI.api.api).interrupt());
  await outcome;
  await page.waitForTimeout(1500);
}

mkdirSync(folder, { recursive: true });
const [server, browser] = await Promise.all([serve(versions().at(-1)), openBrowser()]);
const still = { "Comfy.NodeBadge.NodeSourceBadgeMode": "None", "LiteGraph.Canvas.ShowSelectionToolbox": false };
const opened = async ({ settings, vue, workflow = "ddim-2d" } = {}) => {
  const { page } = await openPage(browser, server.url, { settings: { ...still, ...settings }, vue, viewport: { width: 1200, height: 1150 } });
  await load(page, saved(workflow), workflow);
  await run(page);
  await page.waitForTimeout(2500);
  return page;
};
const moments = {
  async field(page) {
    await take(page, "1-much-noise", FIELD, { position: 0, chosen: { "Which field": "unconditional" } });
    await take(page, "2-the-turn", FIELD, { position: 0.65, chosen: { "Which field": "unconditional" }, pointer: [0.72, 0.4] });
    await take(page, "3-guidance", FIELD, { position: 0.35, chosen: { "Which field": "all" }, pointer: [0.62, 0.58] });
    await take(page, "4-the-walk", WALK, { position: 0.3 });
  },
  async paths(page) {
    await take(page, "5-paths-on-a-light-page", "ScorefieldTrajectoryPlot");
  },
  async pad(page) {
    await take(page, "6-the-pad", "ScorefieldDrawPoints", { act: draw, pointer: [0.6, 0.64] });
  },
  async strip(page) {
    await take(page, "7-film-strip", "ScorefieldFilmStrip", { position: 0.4 });
    await stop(page);
    await take(page, "10-stopped", SAMPLER);
  },
  async grid(page) {
    await take(page, "8-sweep", "ScorefieldSweepGrid");
    await take(page, "9-enlarged", "ScorefieldSweepGrid", { act: (_, panel) => panel.locator(".cell").nth(6).click() });
  },
};
try {
  const asked = {
    field: {}, paths: { settings: { "Comfy.ColorPalette": "light" } }, pad: { workflow: "draw-your-data" },
    strip: { workflow: "diffusion-without-training" }, grid: { workflow: "cfg-2d-scales", vue: true },
  };
  for (const [name, options] of Object.entries(asked)) {
    if (process.env.MOMENT && process.env.MOMENT !== name) continue;
    const page = await opened(options);
    await moments[name](page);
    await page.context().close();
  }
} finally {
  await browser.close();
  await server.stop();
}
