// The cells on the nodes that put pictures side by side.
import { api } from "../../../scripts/api.js";
import { app } from "../../../scripts/app.js";
import { addressOf, outputExtension } from "../canvas/output.js";
import { fit } from "../canvas/panel.js";
import { gridViewOn } from "./view.js";

const NODES = new Set(["ScorefieldSweepGrid", "ScorefieldPictureGrid"]);

app.registerExtension({
  ...outputExtension({
    name: "scorefield.grid",
    key: "scorefield_grid",
    wants: ({ name }) => NODES.has(name),
    show(node, [{ cells, about }]) {
      const found = cells.map((file) => ({ address: addressOf(api, file), filename: file.filename }));
      gridViewOn(node).show(found, about);
    },
    app,
    api,
  }),
  nodeCreated(node) {
    // Made with the node: the older of the two renderers sees no widget that comes later.
    if (NODES.has(node.comfyClass)) gridViewOn(node);
  },
  loadedGraphNode(node) {
    if (NODES.has(node.comfyClass)) fit(node);
  },
});
