// The words below a running sampler; where it was stopped, its last picture with a mark.
import { make } from "../canvas/elements.js";
import { panelOn } from "../canvas/panel.js";
import { wordsOf } from "./runs.js";

const NAME = "scorefield_live";
const LINE = 28;
const PICTURE = 220;

/** Show a state on a node; a node that has nothing to say has no panel until it does. */
export function showLive(node, state) {
  const words = wordsOf(state);
  const there = node.widgets?.find((each) => each.name === NAME);
  if (!words && !there) return;
  const panel = panelOn(node, NAME, LINE);
  const isMarked = state.status === "stopped" || state.status === "failed";
  if (!panel.words) build(panel);
  panel.words.textContent = words;
  panel.element.classList.toggle("scorefield-marked", isMarked);
  panel.element.style.display = words ? "" : "none";
  const picture = isMarked ? state.picture : null;
  putPicture(panel, picture);
  panel.grow(words ? (picture ? PICTURE : LINE) : 0);
}

function build(panel) {
  panel.words = make("div", { className: "words strong", role: "status" });
  panel.picture = make("img", { alt: "The last picture before the run was stopped", hidden: true });
  Object.assign(panel.picture.style, { flex: "1 1 0", minHeight: "0", objectFit: "contain", opacity: "0.75" });
  Object.assign(panel.words.style, { flex: "none", textAlign: "center" });
  panel.element.append(panel.words, panel.picture);
}

function putPicture(panel, blob) {
  if (panel.address) URL.revokeObjectURL(panel.address);
  panel.address = blob ? URL.createObjectURL(blob) : null;
  panel.picture.hidden = !blob;
  if (blob) panel.picture.src = panel.address;
  else panel.picture.removeAttribute("src");
  panel.element.style.outline = panel.element.classList.contains("scorefield-marked")
    ? "2px solid var(--sf-accent)"
    : "";
  panel.element.style.outlineOffset = "-2px";
}
