// The cells on the nodes that put pictures side by side.
import { api } from "../../../scripts/api.js";
import { app } from "../../../scripts/app.js";
import { addressOf, outputExtension } from "../canvas/output.js";
import { gridViewOn } from "./view.js";

const NODES = new Set(["ScorefieldSweepGrid", "ScorefieldPictureGrid"]);

app.registerExtension(
  outputExtension({
    name: "scorefield.grid",
    key: "scorefield_grid",
    wants: ({ name }) => NODES.has(name),
    show(node, [{ cells, about }]) {
      const found = cells.map((file) => ({ address: addressOf(api, file), filename: file.filename }));
      gridViewOn(node).show(found, about);
    },
    app,
  }),
);
