// Each saved workflow is loaded by the page as it is, in each version and renderer, without a complaint of ours.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eachPage } from "./every_page.js";
import { load, lost, run, saved } from "./page.js";
import { ROOT } from "./servers.js";

const names = readdirSync(join(ROOT, "workflows")).filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));

eachPage("workflows", ({ open }) => {
  test("loads every workflow whole", async () => {
    const { page, errors } = await open();
    for (const name of names) {
      const workflow = saved(name);
      await load(page, workflow, name, 100);
      assert.deepEqual(await lost(page, workflow), [], name);
      assert.deepEqual(errors(), [], name);
    }
  });

  test("runs one, and shows its pictures", async () => {
    const { page, errors } = await open();
    await load(page, saved("ddim-2d"), "ddim-2d");
    assert.equal(await run(page), "execution_success");
    const shown = await page.evaluate(() => Object.values(app.nodeOutputs).filter((each) => each.images?.length).length);
    assert.equal(shown, 3);
    assert.deepEqual(errors(), []);
  });
});
