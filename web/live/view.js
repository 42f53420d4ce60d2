// The words below a running sampler. Its pictures the page shows by itself, and keeps them where a run was stopped.
import { make } from "../canvas/elements.js";
import { fit, panelOn } from "../canvas/panel.js";
import { wordsOf } from "./runs.js";

const NAME = "scorefield_live";
const PAGES_PREVIEW = "$$canvas-image-preview"; // the classic renderer's widget for the pictures of a run
// Milliseconds after the end: a busy page draws the last picture that it was sent late, and nothing tells when.
const LOOKS = [600, 2000, 5000];
const LINE = 44; // the classic renderer keeps a margin around what is in a node

/** The line on a node, which takes no room while there is nothing to say. */
export function liveLineOn(node) {
  const panel = panelOn(node, NAME, 0);
  if (!panel.words) {
    panel.words = make("div", { className: "words strong", role: "status" });
    Object.assign(panel.words.style, { flex: "none", textAlign: "center" });
    Object.assign(panel.element.style, { display: "none", justifyContent: "center" });
    panel.element.append(panel.words);
  }
  return panel;
}

/** Say how far a node is, or where it was stopped. */
export function showLive(node, state) {
  const panel = liveLineOn(node);
  const words = wordsOf(state);
  const isMarked = state.status === "stopped" || state.status === "failed";
  const needed = words ? LINE : 0;
  panel.words.textContent = words;
  panel.element.style.display = words ? "" : "none";
  panel.element.style.boxShadow = isMarked ? "inset 0 0 0 2px var(--sf-accent)" : "";
  if (state.status === "running") panel.before ??= [...node.size];
  panel.looks?.forEach(clearTimeout);
  if (state.status === "done") panel.looks = LOOKS.map((after) => setTimeout(() => forgetPicture(node, panel), after));
  const isPictured = Boolean(words) && pictureAt(node) >= 0;
  if (panel.least === needed && panel.isPictured === isPictured) return;
  Object.assign(panel, { least: needed, isPictured });
  if (needed) fit(node); // the page lets a picture that comes later hang over the node's edge
}

function pictureAt(node) {
  return node.widgets.findIndex(({ name }) => name === PAGES_PREVIEW);
}

/** A picture of half the way says nothing once the way is done; the room it took goes back. */
function forgetPicture(node, panel) {
  const place = pictureAt(node);
  if (place < 0 && !panel.before) return;
  if (place >= 0) {
    node.widgets[place].onRemove?.();
    node.widgets.splice(place, 1);
    node.imgs = undefined;
  }
  panel.after = panel.before ?? panel.after;
  panel.before = null;
  node.setSize([node.size[0], panel.after[1]]);
  node.graph?.setDirtyCanvas?.(true, true);
}
