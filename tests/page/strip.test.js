// The film strip and the grid, in each version of the page and each of its renderers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eachPage } from "./every_page.js";
import { frames, load, lookAt, pixels, run, saved, soon } from "./page.js";

const panel = (page, type) =>
  page.locator(`.scorefield:visible`).filter({ has: page.locator(type === "strip" ? "canvas" : ".scorefield-grid") });

eachPage("strip and grid", ({ onePage, panels }) => {
  if (!panels) return;
  const opened = onePage();

  test("a walk is scrubbed and played", async () => {
    const { page, errors } = opened();
    await load(page, saved("diffusion-without-training"));
    assert.equal(await run(page), "execution_success");
    await lookAt(page, "ScorefieldFilmStrip", 0.9);
    const strip = panel(page, "strip").first();
    const canvas = strip.getByLabel("The walk at one moment");
    const words = strip.locator(".words").first();
    await strip.getByText(/step 50 of 50/).waitFor();
    await frames(page);
    const { width, height } = await canvas.boundingBox();
    assert.ok(height < width / 2 + 20); // two square pictures and their names: no empty band above or below
    const last = await pixels(canvas);
    await strip.getByRole("slider").fill("3");
    await soon(async () => assert.notEqual(await pixels(canvas), last));
    assert.match(await words.textContent(), /step 3 of 50/);
    const moments = strip.getByLabel("The moments of the walk");
    const box = await moments.boundingBox();
    await moments.click({ position: { x: box.width - 12, y: box.height / 2 } });
    assert.match(await words.textContent(), /step 50 of 50/);
    await strip.getByLabel("Speed").selectOption("0.25"); // a busy machine must not find it at its end
    await strip.getByRole("button", { name: "Play" }).click();
    await soon(async () => assert.doesNotMatch(await words.textContent(), /step (0|50) of 50/));
    await strip.getByRole("button", { name: "Stop" }).click();
    const stopped = await words.textContent();
    assert.doesNotMatch(stopped, /step (0|50) of 50/);
    await frames(page, 20);
    assert.equal(await words.textContent(), stopped);
    assert.deepEqual(errors(), []);
  });

  test("a video plays in time, and is scrubbed in steps", async () => {
    const { page, errors } = opened();
    await page.evaluate(showFilm, [3, 4]);
    const film = page.locator("#film");
    const canvas = film.getByLabel("The walk at one moment");
    await allFour(canvas); // the first of these may be of a canvas that is not laid out yet
    const seen = await allFour(canvas);
    await film.getByRole("button", { name: "Stop the video" }).click();
    await frames(page);
    const still = await pixels(canvas);
    assert.ok(seen.has(still));
    await frames(page, 30);
    assert.equal(await pixels(canvas), still);
    await film.getByRole("slider").fill("1");
    await soon(async () => assert.ok(!seen.has(await pixels(canvas))));
    assert.match(await film.locator(".words").first().textContent(), /^step 1 of 2/);
    await page.evaluate(() => document.getElementById("film").remove());
    assert.deepEqual(errors(), []);
  });

  test("a cell of a sweep is enlarged, and gives its workflow", async () => {
    const { page, errors } = opened();
    await load(page, saved("cfg-2d-scales"));
    assert.equal(await run(page), "execution_success");
    await lookAt(page, "ScorefieldSweepGrid", 0.9);
    const grid = panel(page, "grid").first();
    const cells = grid.locator(".cell");
    await cells.nth(7).waitFor();
    assert.equal(await cells.count(), 8);
    assert.deepEqual(await cells.locator(".label").allTextContents(),
      ["α = 1", "α = 1.1", "α = 1.5", "α = 2", "α = 3", "α = 4", "α = 6", "α = 11"]);
    assert.ok(await cells.locator("img").evaluateAll(async (all) => {
      await Promise.all(all.map((each) => each.decode()));
      return all.every((each) => each.naturalWidth > 0);
    }));
    const [above, below] = await cells.locator("img").evaluateAll((all) => [all[0], all[4]].map((each) => {
      const { top, bottom, width, height } = each.getBoundingClientRect();
      return { top, bottom, stretched: height / width / (each.naturalHeight / each.naturalWidth) };
    }));
    assert.ok(below.top - above.bottom < 30); // the rows stand close to each other,
    assert.ok(above.stretched > 0.95 && above.stretched < 1.05); // and a picture takes no more room than it needs
    await cells.nth(6).click();
    assert.equal(await grid.locator(".scorefield-large .words").textContent(), "α = 6");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await grid.locator(".scorefield-large .words").textContent(), "α = 4");
    await page.keyboard.press("Escape");
    assert.ok(await grid.locator(".scorefield-large").isHidden());
    await dropOnCanvas(page, await cells.nth(6).locator("img").elementHandle());
    await page.waitForFunction(() => app.graph.nodes.find((node) => node.type === "ScorefieldSweep")?.widgets[0].value === "6");
    assert.deepEqual(errors(), []);
  });
});

/** What a canvas shows while it plays four pictures. */
async function allFour(canvas) {
  const seen = new Set();
  await soon(async () => assert.equal(seen.add(await pixels(canvas)).size, 4));
  return seen;
}

/** A walk of so many moments, a video of so many frames at each, every picture in a colour of its own. */
async function showFilm([moments, count]) {
  const { WalkView } = await import("/extensions/scorefield/strip/view.js");
  const sheet = new OffscreenCanvas(8 * count, 8 * moments);
  for (let place = 0; place < moments * count; place++) {
    const context = sheet.getContext("2d");
    context.fillStyle = `hsl(${(360 * place) / (moments * count)} 80% 50%)`;
    context.fillRect(8 * (place % count), 8 * Math.floor(place / count), 8, 8);
  }
  const element = Object.assign(document.createElement("div"), { id: "film", className: "scorefield" });
  element.style.cssText = "position: fixed; top: 0; left: 0; width: 400px; height: 500px; z-index: 9999";
  document.body.append(element);
  const [t, sigma] = [[1, 0.5, 0], [10, 1, 0]];
  new WalkView({}, { element }).show(sheet, {
    cell: [8, 8], columns: count, parts: ["x"], samples: [""], frames: count, steps: [0, 1, 2], last: 2, left_out: "", t, sigma, sizes: {},
  });
}

/** Drag an element and drop it on an empty place of the canvas, as a hand would. */
async function dropOnCanvas(page, element) {
  await page.evaluate((dragged) => {
    const dataTransfer = new DataTransfer();
    dragged.dispatchEvent(new DragEvent("dragstart", { dataTransfer, bubbles: true, cancelable: true }));
    const canvas = app.canvas.canvas;
    const box = canvas.getBoundingClientRect();
    const place = { clientX: box.left + 90, clientY: box.bottom - 60 };
    app.canvas.ds.offset[0] += 4000; // nothing lies there
    for (const kind of ["dragenter", "dragover", "drop"])
      canvas.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true, ...place }));
  }, element);
}
