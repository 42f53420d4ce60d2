// Each saved workflow is loaded by the page as it is, in each version and renderer, without a complaint of ours.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { covered } from "./covered.js";
import { eachPage, wanted } from "./every_page.js";
import { elementsInSight, load, lost, picturesInSight, putBareElement, run, saved, soon } from "./page.js";
import { ROOT } from "./servers.js";

const all = readdirSync(join(ROOT, "workflows")).filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));
const names = wanted("WORKFLOWS", all);

eachPage("workflows", ({ onePage, panels, vue }) => {
  const opened = onePage();

  test(`loads ${names.length === all.length ? "every workflow" : names.join(", ")} whole`, async () => {
    const { page, errors } = opened();
    const wrong = [];
    for (const name of names) {
      const workflow = saved(name);
      await load(page, workflow, name);
      // Where no panel is shown, nodes are smaller.
      const found = [...(await lost(page, workflow)), ...(panels ? await covered(page, vue) : []), ...errors()];
      wrong.push(...found.map((each) => `${name}: ${each}`));
    }
    assert.deepEqual(wrong, []);
  });

  test(panels ? "runs one, and shows its pictures" : "shows the pictures of a run where no element is shown on a node", async () => {
    const { page, errors } = opened();
    await load(page, saved("ddim-2d"), "ddim-2d");
    assert.equal(await run(page), "execution_success");
    assert.deepEqual(await picturesInSight(page), ["ddim-2d/field", "ddim-2d/paths", "ddim-2d/walk"]);
    // Where ours is not seen, one that nothing of ours made is not either: the limit is the page's.
    await putBareElement(page);
    await soon(async () => assert.deepEqual(await elementsInSight(page), { ours: panels, bare: panels }));
    assert.deepEqual(errors(), []);
  });
});
