// What a node gave in an earlier run. Of a node whose result was there already a run tells nothing, and its
// own history need not hold it; that of the run which made the result does.

const PAUSES = [0, 200, 500, 1000, 2000]; // milliseconds: a run's end is told before the history has it
const MOST_RUNS = 64;

/** A function (node id, key) → what the node showed under the key when it was made as it was in this run. */
export async function shownBefore(api, promptId) {
  const runs = await history(api, promptId);
  const now = runs[promptId]?.prompt?.[2] ?? {};
  const latest = Object.values(runs).reverse();
  return (id, key) => {
    const wanted = ancestry(now, id);
    const found = latest.find((run) => run.outputs?.[id]?.[key]?.length && ancestry(run.prompt[2], id) === wanted);
    return wanted && found ? found.outputs[id][key] : null;
  };
}

async function history(api, promptId) {
  for (const pause of PAUSES) {
    await new Promise((go) => setTimeout(go, pause));
    const answer = await fetch(api.apiURL(`/history?max_items=${MOST_RUNS}`));
    const runs = answer.ok ? await answer.json() : {};
    if (runs[promptId]) return runs;
  }
  return {};
}

/** What a node of a graph is and what it is made from, back to the beginning; null where it is not there. */
export function ancestry(graph, id) {
  const node = graph?.[id];
  if (!node) return null;
  const inputs = Object.entries(node.inputs ?? {}).map(([name, value]) =>
    Array.isArray(value) ? [name, ancestry(graph, value[0]), value[1]] : [name, value],
  );
  return JSON.stringify([node.class_type, inputs.sort(([a], [b]) => (a < b ? -1 : 1))]);
}
