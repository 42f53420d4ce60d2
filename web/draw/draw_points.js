// The pad on the node Draw Points. The drawing is the node's own text, so it is saved and run as any text is.
import { app } from "../../../scripts/app.js";
import { panelOn, whenRemoved } from "../canvas/panel.js";
import { DrawPad } from "./draw_pad.js";

const CLASS = "ScorefieldDrawPoints";
const PANEL = "scorefield_pad";
const LEAST_HEIGHT = 420;
const LEAST_WIDTH = 360;

app.registerExtension({
  name: "scorefield.drawPoints",
  nodeCreated(node) {
    if (node.comfyClass !== CLASS) return;
    const [drawing, names] = ["drawing", "names"].map((name) => node.widgets.find((each) => each.name === name));
    hide(drawing);
    const panel = panelOn(node, PANEL, LEAST_HEIGHT);
    const pad = panel.pad = new DrawPad(panel.element, (text) => {
      drawing.value = text;
      noticed(node);
    });
    const read = () => {
      pad.name(String(names.value).split(",").map((name) => name.trim()).filter(Boolean));
      pad.show(String(drawing.value));
    };
    after(names, "callback", read);
    after(drawing, "callback", read);
    after(node, "onConfigure", read);
    whenRemoved(node, () => pad.dispose());
    read();
    node.setSize([Math.max(LEAST_WIDTH, node.size[0]), node.size[1]]);
    panel.grow(LEAST_HEIGHT);
  },
});

/** The text is still the node's; the pad shows it. */
function hide(widget) {
  widget.hidden = true;
  widget.options = { ...widget.options, hidden: true };
}

/** Let the page know that the workflow has changed, so that it is kept and can be undone. */
function noticed(node) {
  node.graph?.change?.();
  const tracker = app.extensionManager?.workflow?.activeWorkflow?.changeTracker;
  (tracker?.captureCanvasState ?? tracker?.checkState)?.call(tracker);
}

/** Call `done` after a method of an object, which may not have one yet. */
function after(object, name, done) {
  const before = object[name];
  object[name] = function (...given) {
    const result = before?.apply(this, given);
    done();
    return result;
  };
}
