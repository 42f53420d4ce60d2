// How quickly the page's viewer draws 900 arrows and 2,000 samples with trails, in headless Chromium's software renderer;
// and how long of that our own code takes, which is what a machine with a graphics card has to do as well.
//   node benchmarks/field_viewer.js     (after `make .venv/page-ready`)
import { cpus, loadavg } from "node:os";
import { openBrowser, openPage } from "../tests/page/page.js";
import { serve, versions } from "../tests/page/servers.js";

const measure = async ([trails, size]) => {
  const { FieldViewer } = await import("/extensions/scorefield/field/viewer.js");
  const [side, frames, moments, samples] = [30, 41, 81, 2000];
  const random = (count) => Float32Array.from({ length: count }, () => 3 * Math.random() - 1.5);
  const levels = Array.from({ length: moments }, (_, i) => [1, 10 ** (1 - i / 27), 1 - i / 80]);
  const walk = random(2 * samples * moments);
  for (let i = 2 * samples; i < walk.length; i++) walk[i] = walk[i - 2 * samples] + 0.02 * walk[i];
  const about = { moments: levels, extent: 2, classes: [], notes: [], side, layers: [""], trails,
    field_at: Array.from({ length: frames }, (_, i) => 2 * i) };
  const array = (values, shape) => ({ values, shape });
  const arrays = { epsilon: array(random(2 * frames * side * side)), x0: array(random(2 * frames * side * side)),
    x: array(walk, [moments, samples, 2]), data: array(random(200)) };
  const element = document.createElement("div");
  element.className = "scorefield";
  Object.assign(element.style, { position: "fixed", zIndex: 9999, width: `${size}px`, height: `${size + 140}px`, top: 0 });
  document.body.append(element);
  const viewer = new FieldViewer(element);
  viewer.show({ about, arrays });
  viewer.player.hold(40);
  viewer.stage.render();
  const [ours, whole] = [[], []];
  for (let i = 0; i < 40; i++) {
    const start = performance.now();
    viewer.player.clock.position = 30 + i * 0.7;
    viewer.stage.render(); // says what is to be drawn
    ours.push(performance.now() - start);
    viewer.stage.context.getImageData(0, 0, 1, 1); // waits until it is drawn
    whole.push(performance.now() - start);
  }
  let count = 0;
  const render = viewer.stage.render.bind(viewer.stage);
  viewer.stage.render = () => (render(), (count += 1));
  viewer.player.clock.seconds = 30;
  viewer.player.hold(10);
  viewer.player.toggle();
  const start = performance.now();
  await new Promise((done) => setTimeout(done, 4000));
  const rate = count / ((performance.now() - start) / 1000);
  viewer.dispose();
  element.remove();
  // The least is what it takes where nothing else runs; the middle one is what this machine gave.
  const told = (times) => [0, 20].map((at) => Number(times.sort((a, b) => a - b)[at].toFixed(1)));
  return { trails, size, "ms of our code": told(ours), "ms a frame": told(whole), "frames a second": Number(rate.toFixed(1)) };
};

const version = versions().at(-1);
const [server, browser] = await Promise.all([serve(version), openBrowser()]);
try {
  const { page } = await openPage(browser, server.url);
  console.log(`page ${version}; load ${loadavg()[0].toFixed(1)} on ${cpus().length} cores`);
  for (const asked of [["none", 400], ["short", 400], ["paths", 400], ["short", 640]])
    console.log(JSON.stringify(await page.evaluate(measure, asked)));
} finally {
  await browser.close();
  await server.stop();
}
