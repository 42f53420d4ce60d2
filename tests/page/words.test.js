// The words of the nodes in another language, and the help page with its picture.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { FRENCH } from "../../web/canvas/french.js";
import { eachPage } from "./every_page.js";
import { booted, load, lookAt, run, saved, soon } from "./page.js";
import { ROOT, isReal } from "./servers.js";

const WORD = /\p{L}[\p{L}\p{M}']*\p{L}\p{M}*/gu;
const SHOWN = ["draw-your-data", "cfg-2d-arrows", "diffusion-without-training", "cfg-2d-scales"]; // pad, viewer, strip, grid
const CLASSES = ["person", "dog", "cat"]; // of the data: names, as prompts are
const OWN = ["title", "names", "labels"]; // of these widgets the words are a person's

/** What ComfyUI's /i18n gives of the pack. */
function locales() {
  const read = (language, file) => JSON.parse(readFileSync(join(ROOT, "locales", language, file), "utf8"));
  const languages = readdirSync(join(ROOT, "locales"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Object.fromEntries(languages.map(({ name }) =>
    [name, { ...read(name, "main.json"), nodeDefs: read(name, "nodeDefs.json") }]));
}

// Words are the page's work, whichever way it draws its nodes.
eachPage("words", ({ open }) => {
  const pages = {};
  after(() => Promise.all(Object.values(pages).map(({ context }) => context.close())));

  /** The page in a language, one for all tests. */
  async function speaking(language) {
    pages[language] ??= await open({ settings: { "Comfy.Locale": language }, before: withLocales, keep: true });
    const { page } = pages[language];
    const title = locales()[language].nodeDefs.ScorefieldCFGCombine.display_name;
    // The newest page names its nodes before its own files of the language are there, if these are slow; not the next time.
    await soon(async () => {
      if ((await page.evaluate(() => LiteGraph.registered_node_types.ScorefieldCFGCombine.title)) === title) return;
      await page.reload();
      await booted(page);
      throw new Error(`the page does not speak ${language}`);
    });
    return pages[language];
  }

  test("nodes speak French where the page does", async () => {
    const { page, errors } = await speaking("fr");
    await load(page, saved("cfg-2d-scales"));
    const said = await page.evaluate(() => {
      const node = app.graph.nodes.find((each) => each.type === "ScorefieldCFGCombine");
      return [node.title, ...node.inputs.map((each) => each.label ?? each.localized_name ?? each.name)];
    });
    assert.equal(said[0], "Combiner (CFG)");
    assert.ok(said.includes("modèle") && said.includes("négatif"), said.join());
    assert.deepEqual(errors(), []);
  });

  test("the pad, the viewer, the strip and the grid speak it too", async () => {
    const { page, errors } = await speaking("fr");
    const french = Object.values(FRENCH).join(" ").match(WORD);
    const found = [];
    for (const name of SHOWN) {
      await load(page, saved(name), name);
      assert.equal(await run(page), "execution_success");
      await page.waitForFunction(ALL_SHOWN);
      const { written, own } = await page.evaluate(WRITTEN, OWN);
      const known = [...french, ...CLASSES, ...(own.match(WORD) ?? [])];
      const strange = written.match(WORD).filter((word) => !known.includes(word));
      found.push(...new Set(strange.map((word) => `${name}: ${word}`)));
    }
    assert.deepEqual(found, []);
    assert.deepEqual(errors(), []);
  });

  for (const [language, title] of [["en", "CFG Combine"], ["fr", "Combiner (CFG)"]]) {
    test(`the help page of a node shows its formula and its picture: ${language}`, async () => {
      const { page } = await speaking(language);
      await load(page, saved("cfg-2d-scales"));
      await lookAt(page, "ScorefieldCFGCombine");
      await page.evaluate(() => app.canvas.selectNode(app.graph.nodes.find((each) => each.type === "ScorefieldCFGCombine")));
      await page.getByTestId("info-button").click();
      const picture = page.locator('img[src*="docs/pictures/"]').first();
      await picture.waitFor({ state: "attached" });
      await page.waitForFunction((image) => image.naturalWidth > 0, await picture.elementHandle());
      assert.match(await picture.getAttribute("src"), /^\/extensions\/scorefield\/docs\/pictures\/[a-z0-9-]+\.jpg$/);
      assert.ok((await picture.getAttribute("alt")).length > 20);
      const help = page.locator(".node-help-content");
      assert.equal(await help.locator("h1").first().textContent(), title);
      assert.match(await help.locator("pre").first().textContent(), /uncond \+ α·\(cond − uncond\)/);
    });
  }
}, ["classic"]);

/** Whether each node that gave something of ours to the page shows it: no panel says any more that it waits for a run. */
function ALL_SHOWN() {
  const given = (id) => Object.keys(app.nodeOutputs[id] ?? {}).filter((key) => key.startsWith("scorefield_"));
  const panels = app.graph.nodes.filter(({ id }) => given(id).length).map((node) => node.widgets.find((each) => each.name.startsWith("scorefield_"))?.panel);
  return panels.length > 0 && panels.every((panel) => panel?.viewer ? panel.element.querySelector(".level").textContent : panel?.view?.sheet ?? panel?.view?.cells);
}

/** All that stands on our panels, the names of controls and pictures included, and what of it may be a person's own. */
function WRITTEN(owned) {
  const widgets = app.graph.nodes.flatMap((node) => node.widgets ?? []);
  const elements = widgets.filter(({ panel }) => panel).flatMap(({ element }) => [element, ...element.querySelectorAll("*")]);
  const texts = elements.flatMap((each) => [...each.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE));
  const names = elements.flatMap((each) => ["title", "aria-label", "aria-valuetext", "alt"].map((name) => each.getAttribute(name) ?? ""));
  const own = widgets.filter(({ name }) => owned.includes(name)).map(({ value }) => value);
  return { written: [...texts.map(({ data }) => data), ...names].join("\n"), own: own.join("\n") };
}

/** Serve the pack's words where the stand-in has none. */
async function withLocales(context) {
  if (!isReal) await context.route("**/i18n", (route) => route.fulfill({ json: locales() }));
}
