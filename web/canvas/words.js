// Our own words in the page's language. The English text is the key; where a language lacks it, it stays English.
import { FRENCH } from "./french.js";

const LANGUAGES = { fr: FRENCH };
const SETTING = "Comfy.Locale";

/** The language that the page speaks, as "fr". */
export function language(page = globalThis.app) {
  return page?.extensionManager?.setting?.get?.(SETTING) ?? "en";
}

/** An English text in a language, its `{names}` filled in. */
export function say(english, given = {}, spoken = language()) {
  const words = LANGUAGES[spoken]?.[english] ?? english;
  return words.replace(/\{(\w+)\}/g, (_, name) => given[name]);
}

/** The same of a number of things, `{count}`: the text for one, or that for several. */
export function counted(count, one, several, spoken = language()) {
  const isOne = new Intl.PluralRules(spoken).select(count) === "one";
  return say(isOne ? one : several, { count }, spoken);
}

/** Pairs of a choice, [[value, English], …], in the page's language. */
export function saidPairs(pairs) {
  return pairs.map(([value, english]) => [value, say(english)]);
}

// What nodes say of what they left out (plots/page_view.py, nodes/shown_walk.py, nodes/shown_grid.py).
const TOLD = [
  "{some} of {every} data points",
  "{some} of {every} moments",
  "{some} of {every} samples",
  "{some} of {every} frames",
  "{some} of {every} pictures",
  "at {size} instead of {whole} pixels",
  "coarser than they are",
];

/** What a node told in English, parts with commas between. */
export function retold(english, spoken = language()) {
  return english.split(", ").map((part) => retoldPart(part, spoken)).join(", ");
}

function retoldPart(english, spoken) {
  for (const template of TOLD) {
    const found = english.match(`^${template.replace(/\{(\w+)\}/g, "(?<$1>\\S+)")}$`);
    if (found) return say(template, found.groups, spoken);
  }
  return english;
}
