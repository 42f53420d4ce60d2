// A run that is watched: steps while it runs, a mark where it was stopped, nothing once it is done.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { load, lookAt, openBrowser, openPage, run, saved } from "./page.js";
import { serve, versions } from "./servers.js";

const SAMPLER = "ScorefieldDDIMSampler";
const LINE = () => {
  const node = app.graph.nodes.find((each) => each.type === "ScorefieldDDIMSampler");
  return node.widgets.find((widget) => widget.name === "scorefield_live").panel.words.textContent;
};

for (const version of versions()) {
  describe(`page ${version}`, () => {
    let server, browser;
    before(async () => ([server, browser] = await Promise.all([serve(version), openBrowser()])));
    after(async () => {
      await browser?.close();
      await server?.stop();
    });

    test("a stopped run leaves its last step, marked; the next one clears it", async () => {
      const { page, context, errors } = await openPage(browser, server.url);
      await load(page, saved("diffusion-without-training"));
      await lookAt(page, SAMPLER);
      await steps(page, 9000, "continuous");
      const outcome = run(page);
      await page.waitForFunction(`(${LINE})().startsWith("step ")`, null, { timeout: 60_000 });
      await page.evaluate(() => (app.api ?? window.comfyAPI.api.api).interrupt());
      assert.equal(await outcome, "execution_interrupted");
      assert.match(await page.evaluate(LINE), /^Stopped at step \d+ of 9000$/);
      await steps(page, 20, "trailing");
      assert.equal(await run(page), "execution_success");
      assert.equal(await page.evaluate(LINE), "");
      assert.deepEqual(errors(), []);
      await context.close();
    });

    test("nodes bear the colours of their rooms, and the workflow does not", async () => {
      const { page, context } = await openPage(browser, server.url);
      await load(page, saved("ddim-2d"));
      const rooms = await page.evaluate(() =>
        app.graph.nodes.filter((each) => each.type.startsWith("Scorefield")).map((each) => [each.color, each.serialize().color]));
      assert.ok(rooms.every(([shown, kept]) => /^#[0-9a-f]{6}$/.test(shown) && kept === undefined));
      assert.ok(new Set(rooms.map(([shown]) => shown)).size >= 4);
      const chosen = await page.evaluate(() => {
        const node = app.graph.nodes.find((each) => each.type.startsWith("Scorefield"));
        node.color = "#123456";
        return node.serialize().color;
      });
      assert.equal(chosen, "#123456");
      await context.close();
    });
  });
}

/** Other steps on the samplers of the loaded workflow. */
async function steps(page, count, spacing) {
  await page.evaluate(([type, count, spacing]) => {
    for (const node of app.graph.nodes.filter((each) => each.type === type)) {
      node.widgets.find((widget) => widget.name === "steps").value = count;
      node.widgets.find((widget) => widget.name === "spacing").value = spacing;
    }
  }, [SAMPLER, count, spacing]);
}
