// Our own words: each has its translation, none is translated in vain, and what nodes told in English is understood.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { FRENCH } from "../../web/canvas/french.js";
import { counted, language, retold, say } from "../../web/canvas/words.js";

const WEB = new URL("../../web/", import.meta.url);
const files = readdirSync(WEB, { recursive: true }).filter((name) => name.endsWith(".js") && !name.endsWith("french.js"));
const code = files.map((name) => readFileSync(new URL(name, WEB), "utf8")).join("\n");

const gaps = (words) => [...words.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();

test("every text that is said has a translation with the same gaps, and every translation is of a text", () => {
  const said = [...code.matchAll(/\bsay\(\s*"((?:[^"\\]|\\.)*)"/g)].map(([, words]) => words);
  assert.ok(said.length > 30, String(said.length));
  assert.deepEqual(said.filter((words) => !(words in FRENCH)), []);
  assert.deepEqual(Object.keys(FRENCH).filter((words) => !code.includes(`"${words}"`)), []);
  for (const [english, french] of Object.entries(FRENCH)) assert.deepEqual(gaps(french), gaps(english), english);
  assert.deepEqual(Object.values(FRENCH).filter((french) => / [:;!?]/.test(french)), [], "before these the space must not break");
});

test("words follow the page's setting, and stay English where a language lacks them", () => {
  const page = (locale) => ({ extensionManager: { setting: { get: (name) => (name === "Comfy.Locale" ? locale : undefined) } } });
  assert.deepEqual([language(page("fr")), language(page("de")), language(undefined)], ["fr", "de", "en"]);
  const told = (spoken) => say("step {step} of {last}", { step: 3, last: 20 }, spoken);
  assert.deepEqual(["fr", "en", "de"].map(told), ["pas 3 sur 20", "step 3 of 20", "step 3 of 20"]);
  assert.equal(say("a text of nobody", {}, "fr"), "a text of nobody");
});

test("one is one, and in French so is none", () => {
  const points = (spoken) => [0, 1, 2].map((many) => counted(many, "{count} point", "{count} points", spoken));
  assert.deepEqual(points("en"), ["0 points", "1 point", "2 points"]);
  assert.deepEqual(points("fr"), ["0 point", "1 point", "2 points"]);
});

test("what a node left out is told again, part by part", () => {
  assert.equal(retold("41 of 1001 moments, 4 of 9 samples, at 32×32 instead of 64×64 pixels", "fr"),
    "41 moments sur 1001, 4 échantillons sur 9, en 32×32 au lieu de 64×64 pixels");
  assert.equal(retold("3 of 64 pictures, coarser than they are", "fr"), "3 images sur 64, plus grossières qu'elles ne sont");
  for (const kept of ["", "something else", "3 of 64 hats"]) assert.equal(retold(kept, "fr"), kept);
  assert.equal(retold("4000 of 9000 data points", "en"), "4000 of 9000 data points");
});
