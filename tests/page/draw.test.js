// The pad on Draw Points: points are drawn, the arrows turn to them, and the drawing is part of the workflow.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eachPage } from "./every_page.js";
import { booted, load, lookAt, pixels, run, saved, soon } from "./page.js";

const PAD = "ScorefieldDrawPoints";
const drawing = (page) => page.evaluate((type) => {
  const node = app.graph.nodes.find((each) => each.type === type);
  return node && node.widgets.find((each) => each.name === "drawing").value;
}, PAD);

/** How well the arrows of the pad agree with the way to a place, −1 … 1. */
const agreement = (page, [x, y]) => page.evaluate(([type, x, y]) => {
  const { pad } = app.graph.nodes.find((each) => each.type === type).widgets.find((each) => each.name === "scorefield_pad").panel;
  let [sum, count] = [0, 0];
  for (let p = 0; p < pad.arrows.length; p += 2) {
    const [dx, dy] = [x - pad.live.places[p], y - pad.live.places[p + 1]];
    sum += (pad.arrows[p] * dx + pad.arrows[p + 1] * dy) / (Math.hypot(pad.arrows[p], pad.arrows[p + 1]) * Math.hypot(dx, dy));
    count += 1;
  }
  return sum / count;
}, [PAD, x, y]);

/** Whether the page has put a drawing where it finds it after a reload. */
const KEPT = (written) => [sessionStorage, localStorage].some((store) => Object.values(store).some((each) => each.includes(written)));

eachPage("pad", ({ onePage, panels }) => {
  const opened = onePage();

  /** The page with the workflow open, looking at the pad; `at(x, y)` is a place of the plane on the screen. */
  async function padOpen() {
    const { page, errors } = opened();
    await load(page, saved("draw-your-data"), "draw-your-data");
    await lookAt(page, PAD);
    if (!panels) return { page, errors };
    const canvas = page.locator(".scorefield:visible canvas").first();
    const box = await canvas.boundingBox();
    const unit = Math.min(box.width, box.height) / 4;
    const at = (x, y) => [box.x + box.width / 2 + x * unit, box.y + box.height / 2 - y * unit];
    return { page, errors, canvas, at };
  }

  test("the saved drawing runs", async () => {
    const { page, errors } = await padOpen();
    assert.equal(await run(page), "execution_success");
    assert.deepEqual(errors(), []);
  });

  if (!panels) return;

  test("three points are drawn, the arrows turn towards them, and a reload finds them again", async () => {
    const { page, canvas, at, errors } = await padOpen();
    await page.getByTitle("Clear everything").click();
    assert.equal(await drawing(page), "");
    const empty = await pixels(canvas);
    for (const place of [[1, 1], [1.2, 0.8], [1.4, 1.2]]) await page.mouse.click(...at(...place));
    const numbers = await soon(async () => {
      const said = (await drawing(page)).split(" ").map(Number);
      assert.equal(said.length, 6);
      return said;
    });
    const written = await drawing(page);
    [1, 1, 1.2, 0.8, 1.4, 1.2].forEach((value, i) => assert.ok(Math.abs(numbers[i] - value) < 0.03, written));
    await soon(async () => assert.notEqual(await pixels(canvas), empty));
    await soon(async () => assert.ok((await agreement(page, [1.2, 1])) > 0.95));
    assert.ok((await agreement(page, [-1.2, -1])) < 0.5);
    // The page keeps what one works on, a little after it has changed.
    await page.waitForFunction(KEPT, written);
    await page.reload();
    await booted(page);
    await soon(async () => assert.equal(await drawing(page), written));
    assert.deepEqual(errors(), []);
  });

  test("a line, the other class, the eraser and taking back", async () => {
    const { page, at } = await padOpen();
    await page.getByTitle("Clear everything").click();
    await page.getByTitle("Draw points of dog").click();
    await page.mouse.move(...at(-1, 0));
    await page.mouse.down();
    for (let x = -1; x <= 1; x += 0.05) await page.mouse.move(...at(x, 0));
    await page.mouse.up();
    const line = await drawing(page);
    assert.match(line, /^; /);
    assert.ok(line.split(" ").length > 20, line);
    await page.getByTitle("Erase points").click();
    await page.mouse.click(...at(0, 0));
    const erased = await drawing(page);
    assert.ok(erased.length < line.length);
    await page.getByTitle("Take the last change back").click();
    assert.equal(await drawing(page), line);
  });

  test("an example fills the pad, and what is drawn is what runs", async () => {
    const { page } = await padOpen();
    await page.getByTitle("Begin with an example").selectOption("blobs");
    const text = await drawing(page);
    assert.equal(text.split(";").length, 2);
    const prompt = await page.evaluate(async () => (await app.graphToPrompt()).output);
    const [node] = Object.values(prompt).filter((each) => each.class_type === PAD);
    assert.deepEqual(node.inputs, { drawing: text, names: "person, dog, cat" });
    assert.equal(await run(page), "execution_success");
  });
});
