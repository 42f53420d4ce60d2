// The words of the nodes in another language, and the help page with its picture.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eachPage } from "./every_page.js";
import { load, lookAt, saved } from "./page.js";
import { ROOT, isReal } from "./servers.js";

/** What ComfyUI's /i18n gives of the pack. */
function locales() {
  const read = (language, file) => JSON.parse(readFileSync(join(ROOT, "locales", language, file), "utf8"));
  const languages = readdirSync(join(ROOT, "locales"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Object.fromEntries(languages.map(({ name }) =>
    [name, { ...read(name, "main.json"), nodeDefs: read(name, "nodeDefs.json") }]));
}

// Words are the page's work, whichever way it draws its nodes.
eachPage("words", ({ open }) => {
  test("nodes speak French where the page does", async () => {
    const { page, errors } = await open({ settings: { "Comfy.Locale": "fr" }, before: withLocales });
    await load(page, saved("cfg-2d-scales"));
    const said = await page.evaluate(() => {
      const node = app.graph.nodes.find((each) => each.type === "ScorefieldCFGCombine");
      return [node.title, ...node.inputs.map((each) => each.label ?? each.localized_name ?? each.name)];
    });
    assert.equal(said[0], "Combiner (CFG)");
    assert.ok(said.includes("modèle") && said.includes("négatif"), said.join());
    assert.deepEqual(errors(), []);
  });

  for (const [language, title] of [["en", "CFG Combine"], ["fr", "Combiner (CFG)"]]) {
    test(`the help page of a node shows its formula and its picture: ${language}`, async () => {
      const { page } = await open({ settings: { "Comfy.Locale": language }, before: withLocales });
      await load(page, saved("cfg-2d-scales"));
      await lookAt(page, "ScorefieldCFGCombine");
      await page.evaluate(() => app.canvas.selectNode(app.graph.nodes.find((each) => each.type === "ScorefieldCFGCombine")));
      await page.getByTestId("info-button").click();
      const picture = page.locator('img[src*="docs/pictures/"]').first();
      await picture.waitFor({ state: "attached", timeout: 60_000 });
      await page.waitForFunction((image) => image.naturalWidth > 0, await picture.elementHandle());
      assert.match(await picture.getAttribute("src"), /^\/extensions\/scorefield\/docs\/pictures\/[a-z0-9-]+\.jpg$/);
      assert.ok((await picture.getAttribute("alt")).length > 20);
      const help = page.locator(".node-help-content");
      assert.equal(await help.locator("h1").first().textContent(), title);
      assert.match(await help.locator("pre").first().textContent(), /uncond \+ α·\(cond − uncond\)/);
    });
  }
}, ["classic"]);

/** Serve the pack's words where the stand-in has none. */
async function withLocales(context) {
  if (!isReal) await context.route("**/i18n", (route) => route.fulfill({ json: locales() }));
}
