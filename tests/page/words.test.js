// The words of the nodes in another language, and the help page with its picture.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { load, lookAt, openBrowser, openPage, saved } from "./page.js";
import { ROOT, serve, versions } from "./servers.js";

/** What ComfyUI's /i18n gives of the pack. */
function locales() {
  const read = (language, file) => JSON.parse(readFileSync(join(ROOT, "locales", language, file), "utf8"));
  const languages = readdirSync(join(ROOT, "locales"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Object.fromEntries(languages.map(({ name }) =>
    [name, { ...read(name, "main.json"), nodeDefs: read(name, "nodeDefs.json") }]));
}

for (const version of versions()) {
  describe(`page ${version}`, () => {
    let server, browser;
    before(async () => ([server, browser] = await Promise.all([serve(version), openBrowser()])));
    after(async () => {
      await browser?.close();
      await server?.stop();
    });

    test("nodes speak French where the page does", async () => {
      const { page, context, errors } = await openPage(browser, server.url, { settings: { "Comfy.Locale": "fr" }, before: withLocales });
      await load(page, saved("cfg-2d-scales"));
      const said = await page.evaluate(() => {
        const node = app.graph.nodes.find((each) => each.type === "ScorefieldCFGCombine");
        return [node.title, ...node.inputs.map((each) => each.label ?? each.localized_name ?? each.name)];
      });
      assert.equal(said[0], "Combiner (CFG)");
      assert.ok(said.includes("modèle") && said.includes("négatif"), said.join());
      assert.deepEqual(errors(), []);
      await context.close();
    });

    for (const [language, title] of [["en", "CFG Combine"], ["fr", "Combiner (CFG)"]]) {
      test(`the help page of a node shows its formula and its picture: ${language}`, async () => {
        const { page, context } = await openPage(browser, server.url, { settings: { "Comfy.Locale": language }, before: withLocales });
        await load(page, saved("cfg-2d-scales"));
        await lookAt(page, "ScorefieldCFGCombine");
        await page.evaluate(() => app.canvas.selectNode(app.graph.nodes.find((each) => each.type === "ScorefieldCFGCombine")));
        await page.getByTestId("info-button").click();
        const picture = page.locator('img[src*="docs/pictures/"]').first();
        await picture.waitFor({ state: "attached", timeout: 15_000 });
        await page.waitForFunction((image) => image.naturalWidth > 0, await picture.elementHandle());
        assert.match(await picture.getAttribute("src"), /^\/extensions\/scorefield\/docs\/pictures\/[a-z0-9-]+\.jpg$/);
        assert.ok((await picture.getAttribute("alt")).length > 20);
        const help = page.locator(".node-help-content");
        assert.equal(await help.locator("h1").first().textContent(), title);
        assert.match(await help.locator("pre").first().textContent(), /uncond \+ α·\(cond − uncond\)/);
        await context.close();
      });
    }
  });
}

/** Serve the pack's words where the stand-in has none. */
async function withLocales(context) {
  if (!process.env.COMFYUI_TREE) await context.route("**/i18n", (route) => route.fulfill({ json: locales() }));
}
