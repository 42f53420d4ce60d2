// Nodes bear the colour of their room, so that a graph can be read from afar: noise, model, guidance, sampler, view.
import { app } from "../../scripts/app.js";
import { colourOf } from "./rooms/colours.js";

app.registerExtension({
  name: "scorefield.rooms",
  beforeRegisterNodeDef(nodeType, definition) {
    const colour = colourOf(definition);
    if (!colour) return;
    // What the room gave is no part of the workflow; what a person chose is.
    const before = nodeType.prototype.onSerialize;
    nodeType.prototype.onSerialize = function (saved) {
      before?.apply(this, arguments);
      for (const part of ["color", "bgcolor"]) if (saved[part] === colour[part]) delete saved[part];
    };
    nodeType.scorefieldColour = colour;
  },
  nodeCreated(node) {
    const colour = node.constructor.scorefieldColour;
    if (!colour) return;
    node.color ??= colour.color;
    node.bgcolor ??= colour.bgcolor;
  },
});
