// A run that is watched: steps while it runs, a mark where it was stopped, nothing once it is done.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eachPage } from "./every_page.js";
import { chosenSteps, frames, load, lookAt, run, saved, soon, started } from "./page.js";
import { isReal } from "./servers.js";

const SAMPLER = "ScorefieldDDIMSampler";
const LINE = () => {
  const node = app.graph.nodes.find((each) => each.type === "ScorefieldDDIMSampler");
  return node.widgets.find((widget) => widget.name === "scorefield_live").panel.words.textContent;
};

eachPage("live", ({ onePage, panels, vue }) => {
  const opened = onePage();

  test("a stopped run leaves its last step, marked; the next one clears it", async () => {
    const { page, errors } = opened();
    await load(page, saved("diffusion-without-training"));
    await lookAt(page, SAMPLER);
    await chosenSteps(page, SAMPLER, 9000, "continuous");
    const outcome = run(page);
    await started(page);
    // Only a real server sends the pictures of a run that goes on.
    if (isReal) await page.waitForFunction(PICTURED, SAMPLER);
    await page.evaluate(() => (app.api ?? window.comfyAPI.api.api).interrupt());
    assert.equal(await outcome, "execution_interrupted");
    await soon(async () => assert.match(await page.evaluate(LINE), /^Stopped at step \d+ of 9000$/));
    if (panels) {
      const line = page.getByText(/^Stopped at step/).first();
      await line.waitFor();
      const mark = await line.evaluate((element) => getComputedStyle(element.closest(".scorefield")).boxShadow);
      assert.match(mark, /rgb\(255, 159, 67\).*inset/);
    }
    await frames(page, 60);
    if (isReal) assert.ok(await page.evaluate(PICTURED, SAMPLER), "the last picture is still there");
    await chosenSteps(page, SAMPLER, 20, "trailing");
    assert.equal(await run(page), "execution_success");
    await soon(async () => assert.equal(await page.evaluate(LINE), ""));
    if (!vue) await forgetsWhatIsLate(page); // the other renderer keeps the pictures of a run by itself, and sizes its nodes
    assert.deepEqual(errors(), []);
  });

  test("nodes bear the colours of their rooms, and the workflow does not", async () => {
    const { page, errors } = opened();
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
  });
});

/** Whether a picture is drawn on a node of that type. */
function PICTURED(type) {
  return app.graph.nodes.filter((each) => each.type === type).some((node) =>
    node.imgs?.length || [...document.querySelectorAll(`[data-node-id="${node.id}"] img`)].some((each) => each.naturalWidth > 0));
}

/** A last picture that the page draws after the end is taken away as well, and the room that it took. */
async function forgetsWhatIsLate(page) {
  await page.waitForFunction(SETTLED, SAMPLER);
  if (isReal) return; // it sends pictures by itself, and the last of them may have been that late
  const height = await page.evaluate(DRAWN_LATE, SAMPLER);
  await page.waitForFunction(SETTLED, SAMPLER);
  const after = await page.evaluate((type) => app.graph.nodes.find((each) => each.type === type).size[1], SAMPLER);
  assert.equal(after, height);
}

/** Whether a run's end was looked at, and no picture of its way is left. */
function SETTLED(type) {
  const { widgets } = app.graph.nodes.find((each) => each.type === type);
  const { panel } = widgets.find(({ name }) => name === "scorefield_live");
  return panel.before === null && !widgets.some(({ name }) => name === "$$canvas-image-preview");
}

/** What a page does that is late with a run's last picture; the height that the node had before. */
function DRAWN_LATE(type) {
  const node = app.graph.nodes.find((each) => each.type === type);
  const [width, height] = node.size;
  node.widgets.push({ name: "$$canvas-image-preview", type: "custom", draw() {}, computeSize: () => [width, 220] });
  node.setSize([width, height + 220]);
  return height;
}
