// Nodes that cover each other, as either renderer of the page sizes them once our panels are on them.
import { frames } from "./page.js";

const LEAST = 3; // layout pixels: the Vue renderer's sizes are those of a browser's layout

/** Pairs of nodes that lie on each other, by their types; of the Vue renderer all nodes are put in sight first. */
export async function covered(page, vue) {
  if (vue) {
    await page.evaluate(FITTED);
    await frames(page, 8);
  }
  return page.evaluate(MEETING, [vue, LEAST]);
}

/** Show the whole graph. */
function FITTED() {
  const { nodes } = app.graph;
  const { ds, canvas } = app.canvas;
  const room = canvas.getBoundingClientRect();
  const low = [0, 1].map((axis) => Math.min(...nodes.map(({ pos }) => pos[axis])) - 60);
  const high = [0, 1].map((axis) => Math.max(...nodes.map(({ pos, size }) => pos[axis] + size[axis])) + 60);
  ds.scale = Math.min(1, room.width / (high[0] - low[0]), room.height / (high[1] - low[1]));
  [0, 1].forEach((axis) => (ds.offset[axis] = -low[axis]));
  app.canvas.setDirty(true, true);
}

function MEETING([vue, least]) {
  const title = LiteGraph.NODE_TITLE_HEIGHT;
  const drawn = ({ type, pos: [x, y], size: [width, height] }) => ({ type, left: x, top: y - title, right: x + width, bottom: y + height });
  const inSight = ({ id, type }) => {
    const element = document.querySelector(`[data-node-id="${id}"]`);
    if (!element) return { type: `${type}, which is not in sight,`, left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };
    const box = element.getBoundingClientRect();
    const [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom].map((value) => value / app.canvas.ds.scale);
    return { type, left, top, right, bottom };
  };
  const boxes = app.graph.nodes.map(vue ? inSight : drawn);
  const within = (a, b, low, high) => Math.min(a[high], b[high]) - Math.max(a[low], b[low]) > (vue ? least : 0);
  const meet = (a, b) => within(a, b, "left", "right") && within(a, b, "top", "bottom");
  return boxes.flatMap((one, place) =>
    boxes.slice(place + 1).filter((other) => meet(one, other)).map((other) => `${one.type} and ${other.type} cover each other`));
}
