// Shows the text that a node gave below its widgets; the page itself would keep it to itself.
import { app } from "../../scripts/app.js";

const NAME = "scorefield_text";
const LINE_HEIGHT = 16;
const PADDING = 16;

app.registerExtension({
  name: "scorefield.showText",
  beforeRegisterNodeDef(nodeType, definition) {
    if (!definition.name.startsWith("Scorefield") || !definition.output_node) return;
    const onExecuted = nodeType.prototype.onExecuted;
    nodeType.prototype.onExecuted = function (output) {
      onExecuted?.apply(this, arguments);
      if (output?.text) show(this, output.text.join("\n\n"));
    };
  },
});

function show(node, text) {
  const widget = node.widgets?.find((each) => each.name === NAME) ?? addTextWidget(node);
  widget.element.textContent = text;
  const [width, needed] = node.computeSize();
  node.setSize([Math.max(node.size[0], width), Math.max(node.size[1], needed)]);
  app.graph.setDirtyCanvas(true, true);
}

function addTextWidget(node) {
  const element = document.createElement("pre");
  Object.assign(element.style, {
    margin: "0",
    padding: `${PADDING / 2}px`,
    boxSizing: "border-box",
    overflow: "auto",
    background: "#0b0f14",
    color: "#d7dee6",
    borderRadius: "4px",
    font: `12px/${LINE_HEIGHT}px ui-monospace, monospace`,
  });
  const widget = node.addDOMWidget(NAME, NAME, element, {
    serialize: false, // what a run gave is no part of the workflow
    getMinHeight: () => element.textContent.split("\n").length * LINE_HEIGHT + PADDING,
  });
  widget.serialize = false;
  return widget;
}
