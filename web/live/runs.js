// How far the nodes of a run are, from what ComfyUI's server tells the page; it knows no page.
import { say } from "../canvas/words.js";

/**
 * Follows a run. `changed(nodeId, state)` is called with `{value, total, status}`; status is "running", then
 * "done", "stopped" or "failed".
 */
export class Runs {
  constructor(changed) {
    this.changed = changed;
    this.states = new Map();
    this.current = null;
  }

  started() {
    for (const id of this.states.keys()) this.set(id, { value: 0, total: 0, status: "done" });
    this.states.clear();
    this.current = null;
  }

  /** The node that runs now, or null at the end. */
  executing(id) {
    if (this.current !== null && this.current !== id) this.finish(this.current, "done");
    this.current = id;
  }

  progressed(id, value, total) {
    if (total > 1) this.set(id, { value, total, status: "running" });
  }

  /** The run ended; where that was before its end, what ran keeps its last state. */
  ended(status) {
    for (const id of this.states.keys()) this.finish(id, status);
    this.current = null;
  }

  finish(id, status) {
    const state = this.states.get(id);
    if (state?.status === "running") this.set(id, { ...state, status });
  }

  set(id, state) {
    this.states.set(id, state);
    this.changed(id, state);
  }
}

/** What is said below a node; nothing where all is said by what it gave. */
export function wordsOf({ value, total, status }) {
  if (!total || status === "done") return "";
  const words = { running: "step {step} of {last}", stopped: "Stopped at step {step} of {last}", failed: "Failed at step {step} of {last}" };
  return say(words[status], { step: value, last: total });
}

/** The node of an id of a run; ids of nodes in subgraphs are the ids on the way to them, with colons. */
export function nodeOf(graph, id) {
  const path = String(id).split(":");
  const within = path.slice(0, -1).reduce((inside, part) => inside?.getNodeById(Number(part))?.subgraph, graph);
  return within?.getNodeById(Number(path.at(-1)));
}
