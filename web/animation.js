// The page's own preview of an animation finds its place on the node at once.
import { app } from "../../scripts/app.js";
import { redrawnWhenWidgetsCome } from "./canvas/late_widget.js";

app.registerExtension({
  name: "scorefield.animation",
  nodeCreated(node) {
    if (node.comfyClass === "ScorefieldSaveAnimation") redrawnWhenWidgetsCome(node, () => app.canvas.setDirty(true, true));
  },
});
