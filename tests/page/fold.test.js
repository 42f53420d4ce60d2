// A node of ours is folded as any other: its panel goes with it, and comes back with it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eachPage } from "./every_page.js";
import { frames, load, lookAt, run, saved, soon } from "./page.js";

const FOLDED = ["ScorefieldFieldPlot", "ScorefieldTrajectoryAnimation", "ScorefieldDDIMSampler"];

/** Fold or unfold nodes as the page's own button does. */
const fold = (page) => page.evaluate((types) => {
  for (const node of app.graph.nodes.filter((each) => types.includes(each.type))) node.collapse();
  app.canvas.setDirty(true, true);
}, FOLDED);

/** How high the panel of the viewer on Field Plot is seen; 0 where it is not. */
const height = (page) => page.evaluate(() => {
  const node = app.graph.nodes.find((each) => each.type === "ScorefieldFieldPlot");
  const element = node.widgets.find((each) => each.name === "scorefield_view")?.element;
  return element?.isConnected && element.checkVisibility() ? element.getBoundingClientRect().height : 0;
});

eachPage("folding", ({ open, panels }) => {
  if (!panels) return;

  test("a folded node shows no panel, not even when it runs; unfolded it shows what it has", async () => {
    const { page, errors } = await open();
    await load(page, saved("cfg-2d-arrows"), "cfg-2d-arrows");
    await fold(page);
    assert.equal(await run(page), "execution_success");
    await lookAt(page, "ScorefieldFieldPlot");
    await frames(page, 30);
    assert.equal(await height(page), 0);
    await fold(page);
    await soon(async () => assert.ok((await height(page)) >= 460));
    await fold(page);
    await soon(async () => assert.equal(await height(page), 0));
    assert.deepEqual(errors(), []);
  });
});
