// What a node gave the page beside its picture: noticed when it ran, and when its workflow is shown again.

/**
 * An extension that calls `show(node, entries)` with the list that a node showed under `key`.
 * `wants(definition)` says which classes can have one.
 */
export function outputExtension({ name, key, wants, show, app }) {
  return {
    name,
    beforeRegisterNodeDef(nodeType, definition) {
      if (!wants(definition)) return;
      const before = nodeType.prototype.onExecuted;
      nodeType.prototype.onExecuted = function (output, ...rest) {
        before?.call(this, output, ...rest);
        if (output?.[key]?.length) show(this, output[key]);
      };
      nodeType.prototype.scorefieldShows = { ...nodeType.prototype.scorefieldShows, [key]: show };
    },
    afterConfigureGraph() {
      // A workflow that comes back to the front keeps its outputs, but nothing is run for them.
      for (const node of app.graph?.nodes ?? []) {
        const entries = app.nodeOutputs?.[node.id]?.[key];
        if (entries?.length && node.scorefieldShows?.[key]) show(node, entries);
      }
    },
  };
}

/** The address of a file that a node showed as {filename, subfolder, type}. */
export function addressOf(api, { filename, subfolder = "", type = "output" }) {
  return api.apiURL(`/view?${new URLSearchParams({ filename, subfolder, type })}`);
}

/** The bytes of such a file. */
export async function bytesOf(api, entry) {
  const answer = await fetch(addressOf(api, entry));
  if (!answer.ok) throw new Error(`${entry.filename} is not there any more (${answer.status}): run the node again`);
  return answer.arrayBuffer();
}
