// The film strip on the nodes that show a walk through a space of pictures.
import { api } from "../../../scripts/api.js";
import { app } from "../../../scripts/app.js";
import { addressOf, outputExtension } from "../canvas/output.js";
import { fit } from "../canvas/panel.js";
import { walkViewOn } from "./view.js";

const NODES = new Set(["ScorefieldFilmStrip", "ScorefieldTrajectoryFrames"]);

app.registerExtension({
  ...outputExtension({
    name: "scorefield.strip",
    key: "scorefield_walk",
    wants: ({ name }) => NODES.has(name),
    show,
    app,
    api,
  }),
  nodeCreated(node) {
    // Made with the node: the older of the two renderers sees no widget that comes later.
    if (NODES.has(node.comfyClass)) walkViewOn(node);
  },
  loadedGraphNode(node) {
    if (NODES.has(node.comfyClass)) fit(node);
  },
});

async function show(node, [{ about, ...file }]) {
  const image = new Image();
  image.src = addressOf(api, file);
  try {
    await image.decode();
  } catch {
    return; // the folder of previews was emptied: the next run fills it again
  }
  walkViewOn(node).show(image, about);
}
