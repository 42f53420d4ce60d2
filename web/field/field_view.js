// The viewer on the nodes of the plane: it appears when a node has run, and shows what that gave.
import { api } from "../../../scripts/api.js";
import { app } from "../../../scripts/app.js";
import { choice, make } from "../canvas/elements.js";
import { bytesOf, outputExtension } from "../canvas/output.js";
import { panelOn, whenRemoved } from "../canvas/panel.js";
import { readTensors } from "../canvas/tensor_file.js";
import { say } from "../canvas/words.js";
import { FieldViewer } from "./viewer.js";

const KEY = "scorefield_field"; // nodes/page_file.py shows it
const PANEL = "scorefield_view";
const LEAST_HEIGHT = 500;

app.registerExtension(
  outputExtension({
    name: "scorefield.fieldView",
    key: KEY,
    app,
    api,
    wants: (definition) => definition.name.startsWith("Scorefield"),
    show: (node, entries) => viewerOn(node).show(entries),
  }),
);

/** The viewer on a node, made where it is not there yet. */
function viewerOn(node) {
  const panel = panelOn(node, PANEL, LEAST_HEIGHT);
  return (panel.viewer ??= makeViewer(node, panel));
}

function makeViewer(node, panel) {
  const [top, body] = [make("div"), make("div", { className: "scorefield-body" })];
  panel.element.replaceChildren(top, body);
  const viewer = new FieldViewer(body);
  panel.grow(LEAST_HEIGHT);
  whenRemoved(node, () => viewer.dispose());
  let latest = null;
  const fetchOne = async (entry) => {
    latest = entry;
    try {
      const file = readTensors(await bytesOf(api, entry));
      // A later one may have come meanwhile.
      if (latest === entry) viewer.show(file);
    } catch (error) {
      viewer.fail(error);
    }
  };
  return {
    show(entries) {
      const names = entries.map((_, index) => [String(index), say("{place} of {count}", { place: index + 1, count: entries.length })]);
      const chooser = choice(say("Which one"), names, "0", (index) => fetchOne(entries[Number(index)]));
      top.replaceChildren(...(entries.length > 1 ? [chooser] : []));
      return fetchOne(entries[0]);
    },
  };
}
