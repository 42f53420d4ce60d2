// The official page in headless Chromium, and what a test does with it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { ROOT } from "./servers.js";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
const BOOTED = () => window.app?.graph && window.LiteGraph && app.extensionManager?.workflow?.activeWorkflow;
const PATIENCE = 90_000; // milliseconds that anything in the page may take, on a machine that has other work too
const SETTINGS = {
  "Comfy.TutorialCompleted": true,
  "Comfy.Minimap.Visible": false,
  "Comfy.InstalledVersion": "99.0.0",
  "Comfy.Release.Status": "skipped",
  "LiteGraph.Canvas.LowQualityRenderingZoomThreshold": 0,
  "LiteGraph.Canvas.MinFontSizeForLOD": 0,
};

/** A browser with a fresh profile that reaches no host but this machine. */
export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
  });
}

/** The page of a server. `vue` chooses the renderer of its nodes; `errors()` gives what went wrong since it
 *  was last asked. */
export async function openPage(browser, url, { vue = false, settings = {}, viewport = { width: 1600, height: 1000 }, before } = {}) {
  const context = await browser.newContext({ viewport, serviceWorkers: "block" });
  context.setDefaultTimeout(PATIENCE);
  await before?.(context);
  const page = await context.newPage();
  const wanted = { ...SETTINGS, "Comfy.VueNodes.Enabled": vue, ...settings };
  await context.route("**/api/settings", async (route) => {
    if (route.request().method() !== "GET") return route.continue();
    const answer = await route.fetch();
    return route.fulfill({ response: answer, json: { ...(await answer.json()), ...wanted } });
  });
  const errors = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => errors.push(error.stack ?? String(error)));
  await page.goto(url);
  await booted(page);
  return { page, context, errors: () => errors.splice(0).filter(isOurs) };
}

/** Errors that are not the page's own: what a new user lacks, and hosts that are out of reach, are. */
function isOurs(error) {
  return !/ERR_NAME_NOT_RESOLVED|api\.comfy\.org|status of 404|\/assets\//.test(error) || /scorefield/i.test(error);
}

/** Wait until a check passes, and give what it gives; once all patience is spent, say what it said last. */
export async function soon(check, patience = PATIENCE) {
  for (const end = Date.now() + patience; ; await new Promise((go) => setTimeout(go, 100))) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Let the page draw so many frames, however long they take it. */
export function frames(page, count = 4) {
  return page.evaluate((count) => new Promise((done) => {
    const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
    next();
  }), count);
}

/** Wait until the page can be used, and close what greets a new user. */
export async function booted(page) {
  await page.waitForFunction(BOOTED, null, { timeout: 2 * PATIENCE });
  await frames(page, 30);
  for (let i = 0; i < 3; i++) await page.keyboard.press("Escape");
}

/** A saved workflow of ours. */
export function saved(name) {
  return JSON.parse(readFileSync(join(ROOT, "workflows", `${name}.json`), "utf8"));
}

/** Load a workflow into the page. */
export async function load(page, workflow, name = "test") {
  await page.evaluate(([graph, title]) => app.loadGraphData(graph, true, true, title), [workflow, name]);
  await frames(page);
}

/** Put a node, by its type or its id, into the middle of the view at a scale. */
export async function lookAt(page, wanted, scale = 1) {
  await page.evaluate(([wanted, scale]) => {
    const node = app.graph.nodes.find(({ type, id }) => type === wanted || String(id) === String(wanted));
    const { ds, canvas } = app.canvas;
    const box = canvas.getBoundingClientRect();
    ds.scale = scale;
    ds.offset[0] = box.width / scale / 2 - node.pos[0] - node.size[0] / 2;
    ds.offset[1] = box.height / scale / 2 - node.pos[1] - node.size[1] / 2;
    app.canvas.setDirty(true, true);
  }, [wanted, scale]);
  await frames(page);
}

/** Queue the graph as the page's button does, and wait until the run is over: how it ended. */
export function run(page, timeout = 300_000) {
  return page.evaluate((patience) => new Promise((done, failed) => {
    const api = app.api ?? window.comfyAPI.api.api;
    const kinds = ["execution_success", "execution_error", "execution_interrupted"];
    const end = (event) => {
      for (const kind of kinds) api.removeEventListener(kind, end);
      done(event.type);
    };
    for (const kind of kinds) api.addEventListener(kind, end);
    setTimeout(() => failed(new Error("the run did not end")), patience);
    app.queuePrompt(0);
  }), timeout);
}

/** Other steps on the samplers of a type. */
export async function chosenSteps(page, type, count, spacing) {
  await page.evaluate(([type, count, spacing]) => {
    for (const node of app.graph.nodes.filter((each) => each.type === type)) {
      node.widgets.find((widget) => widget.name === "steps").value = count;
      node.widgets.find((widget) => widget.name === "spacing").value = spacing;
    }
  }, [type, count, spacing]);
}

/** Wait until a run tells that so many steps of a node are done. */
export function started(page, steps = 1) {
  return page.evaluate((least) => new Promise((done) => {
    const api = app.api ?? window.comfyAPI.api.api;
    api.addEventListener("progress", function told({ detail }) {
      if (detail.value < least) return;
      api.removeEventListener("progress", told);
      done();
    });
  }), steps);
}

/** What is lost of a workflow on its way into the page: nodes it does not know, widgets that changed. */
export function lost(page, workflow) {
  return page.evaluate((graph) => {
    const text = (value) => JSON.stringify(value ?? []);
    return graph.nodes.flatMap((node) => {
      const live = app.graph.getNodeById(node.id);
      if (!live || !LiteGraph.registered_node_types[node.type]) return [`${node.type} is missing`];
      const [before, after] = [text(node.widgets_values), text(live.serialize().widgets_values)];
      return before === after ? [] : [`${node.type}: saved ${before}, the page has ${after}`];
    });
  }, workflow);
}

/** What the nodes that save show: the prefixes of their files, of pictures that have arrived and are drawn. */
export async function picturesInSight(page) {
  const saving = await page.evaluate(() => app.graph.nodes.map(({ id }) => id).filter((id) => app.nodeOutputs[id]?.images?.length));
  const found = [];
  for (const id of saving) {
    await lookAt(page, id);
    await page.waitForFunction(DRAWN, id).then(async () => found.push(await page.evaluate(PREFIX, id)), () => {});
  }
  return found.sort();
}

const PREFIX = (id) => app.graph.getNodeById(id).widgets[0].value;

/** Whether a node shows the picture that it gave. */
function DRAWN(id) {
  const { filename, subfolder } = app.nodeOutputs[id].images[0];
  const isIt = ({ naturalWidth, src }) => naturalWidth > 0 && src.includes(filename) && decodeURIComponent(src).includes(subfolder);
  return [...(app.graph.getNodeById(id).imgs ?? []), ...document.querySelectorAll(`[data-node-id="${id}"] img`)].some(isIt);
}

/** Put an element that is not ours on a note, where the viewer's node is. */
export async function putBareElement(page) {
  await lookAt(page, "ScorefieldFieldPlot");
  await page.evaluate(() => {
    const note = LiteGraph.createNode("Note");
    const element = Object.assign(document.createElement("div"), { className: "bare", textContent: "bare" });
    note.addDOMWidget("bare", "bare", element, {});
    note.pos = [...app.graph.nodes.find(({ type }) => type === "ScorefieldFieldPlot").pos];
    app.graph.add(note);
  });
  await frames(page, 30);
}

/** Whether elements can be seen on nodes: our panel, and the bare one. */
export function elementsInSight(page) {
  return page.evaluate(() => {
    const isSeen = (selector) =>
      [...document.querySelectorAll(selector)].some((each) => each.checkVisibility() && each.getBoundingClientRect().width > 0);
    return { ours: isSeen(".scorefield"), bare: isSeen(".bare") };
  });
}

/** The colours of a canvas as one string, to be compared. */
export function pixels(locator) {
  return locator.evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let hash = 0;
    for (let i = 0; i < data.length; i += 4) hash = (hash * 31 + (data[i] << 16) + (data[i + 1] << 8) + data[i + 2]) | 0;
    return `${canvas.width}×${canvas.height} ${hash}`;
  });
}
