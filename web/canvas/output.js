// What a node gave the page beside its picture: noticed when it ran, and when its workflow is shown again.
import { shownBefore } from "./earlier_runs.js";
import { say } from "./words.js";

/**
 * An extension that calls `show(node, entries)` with the list that a node showed under `key`.
 * `wants(definition)` says which classes can have one.
 */
export function outputExtension({ name, key, wants, show, app, api }) {
  const shown = new WeakSet();
  const give = (node, entries) => {
    if (!entries?.length) return;
    shown.add(node);
    show(node, entries);
  };
  const waiting = () => (app.graph?.nodes ?? []).filter((node) => node.scorefieldShows?.includes(key) && !shown.has(node));
  const recall = () => {
    for (const node of waiting()) give(node, app.nodeOutputs?.[node.id]?.[key]);
  };
  return {
    name,
    beforeRegisterNodeDef(nodeType, definition) {
      if (!wants(definition)) return;
      const before = nodeType.prototype.onExecuted;
      nodeType.prototype.onExecuted = function (output, ...rest) {
        before?.call(this, output, ...rest);
        give(this, output?.[key]);
      };
      nodeType.prototype.scorefieldShows = [...(nodeType.prototype.scorefieldShows ?? []), key];
    },
    setup() {
      // Of a node whose result was there already nothing is told.
      api?.addEventListener("execution_success", async ({ detail }) => {
        if (!waiting().length || !detail?.prompt_id) return;
        const before = await shownBefore(api, detail.prompt_id);
        for (const node of waiting()) give(node, before(String(node.id), key));
      });
    },
    // A workflow that comes back to the front keeps its outputs, and one that is opened from the history
    // gets them, but nothing is run for them.
    afterConfigureGraph: recall,
    onNodeOutputsUpdated: recall,
  };
}

/** The address of a file that a node showed as {filename, subfolder, type}. */
export function addressOf(api, { filename, subfolder = "", type = "output" }) {
  return api.apiURL(`/view?${new URLSearchParams({ filename, subfolder, type })}`);
}

/** The bytes of such a file. */
export async function bytesOf(api, entry) {
  const answer = await fetch(addressOf(api, entry));
  const gone = "{file} is not there any more ({status}): run the node again";
  if (!answer.ok) throw new Error(say(gone, { file: entry.filename, status: answer.status }));
  return answer.arrayBuffer();
}
