// Steps as they are done, below the nodes of ours that take steps; a stopped run leaves its last state, marked.
import { api } from "../../scripts/api.js";
import { app } from "../../scripts/app.js";
import { Runs, nodeOf } from "./live/runs.js";
import { liveLineOn, showLive } from "./live/view.js";

const NODES = /^Scorefield(DDPMSampler|DDIMSampler|FlowSampler|SchedulerSampler|SamplerWalk|Train)$/;

const runs = new Runs((id, state) => {
  const node = nodeOf(app.rootGraph ?? app.graph, id);
  if (NODES.test(node?.comfyClass)) showLive(node, state);
});

const heard = {
  execution_start: () => runs.started(),
  executing: (detail) => runs.executing(idOf(detail)),
  progress: ({ node, value, max }) => runs.progressed(idOf(node), value, max),
  execution_success: () => runs.ended("done"),
  execution_interrupted: () => runs.ended("stopped"),
  execution_error: () => runs.ended("failed"),
};

app.registerExtension({
  name: "scorefield.live",
  nodeCreated(node) {
    // Made with the node: the older of the two renderers sees no widget that comes later.
    if (NODES.test(node.comfyClass)) liveLineOn(node);
  },
  setup() {
    for (const [kind, hear] of Object.entries(heard)) api.addEventListener(kind, ({ detail }) => hear(detail));
  },
});

/** A node's id from an event: older pages tell it bare, newer ones with more. */
function idOf(detail) {
  const id = detail && typeof detail === "object" ? (detail.display_node ?? detail.node) : detail;
  return id === undefined || id === null ? null : String(id);
}
