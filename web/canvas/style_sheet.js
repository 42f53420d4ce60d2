// The looks of our controls, put into the page once. theme.js marks the page as light or dark.
import { DARK, LIGHT } from "./palette.js";

const ID = "scorefield-style";
const NAMED = ["page", "panel", "grid", "axis", "text", "quiet", "accent", "guided"];

const RULES = `
.scorefield { display: flex; flex-direction: column; box-sizing: border-box; width: 100%; height: 100%;
  min-width: 0; min-height: 0; overflow: hidden; padding: 6px; gap: 6px; border-radius: 6px;
  background: var(--sf-page); color: var(--sf-text);
  font: 12px/16px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.scorefield canvas { display: block; flex: 1 1 0; width: 100%; min-height: 0; border-radius: 4px;
  touch-action: none; outline-offset: -2px; }
.scorefield :focus-visible { outline: 2px solid var(--sf-accent); }
.scorefield canvas:focus-visible { outline: 1px solid var(--sf-quiet); }
.scorefield-body { display: flex; flex: 1 1 0; flex-direction: column; gap: 6px; min-width: 0; min-height: 0; }
.scorefield .level { flex: none; white-space: pre; }
.scorefield-row { display: flex; flex: none; align-items: center; gap: 6px; min-width: 0; }
.scorefield-row.wraps { flex-wrap: wrap; row-gap: 2px; }
.scorefield-row.shares select { flex: 1 1 0; }
.scorefield button, .scorefield select { box-sizing: border-box; height: 24px; min-width: 24px; margin: 0;
  padding: 0 6px; border: 1px solid var(--sf-axis); border-radius: 4px; background: var(--sf-panel);
  color: var(--sf-text); font: inherit; line-height: 20px; white-space: nowrap; cursor: pointer; }
.scorefield select { appearance: none; min-width: 0; flex: 0 1 auto; padding-right: 15px; text-overflow: ellipsis;
  background: linear-gradient(45deg, transparent 50%, var(--sf-quiet) 50%) right 8px top 10px / 4px 4px no-repeat,
    linear-gradient(-45deg, transparent 50%, var(--sf-quiet) 50%) right 4px top 10px / 4px 4px no-repeat,
    var(--sf-panel); }
.scorefield button:hover, .scorefield select:hover { border-color: var(--sf-quiet); }
.scorefield button[aria-pressed="true"] { border-color: var(--sf-accent); box-shadow: inset 0 0 0 1px var(--sf-accent); }
.scorefield button:disabled { opacity: 0.45; cursor: default; }
.scorefield input[type="range"] { flex: 1 1 40px; min-width: 40px; height: 24px; margin: 0; cursor: pointer;
  accent-color: var(--sf-accent); }
.scorefield .words { overflow: hidden; white-space: pre; text-overflow: ellipsis; min-width: 0; color: var(--sf-quiet); }
.scorefield .words.strong { color: var(--sf-text); }
.scorefield .keys { display: flex; flex: none; flex-wrap: wrap; gap: 2px 12px; color: var(--sf-quiet); }
.scorefield .keys i { display: inline-block; width: 9px; height: 9px; margin-right: 5px; border-radius: 50%; }
.scorefield .keys i.line { width: 14px; height: 3px; border-radius: 2px; vertical-align: 3px; }
.scorefield .dot { display: inline-block; width: 9px; height: 9px; margin-right: 6px; border-radius: 50%; }
.scorefield-row.shares button { flex: 0 1 auto; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.scorefield .whole { flex: 1 0 auto; max-width: 100%; }
.scorefield .push { flex: 1 1 0; min-width: 0; }
`;

/** Put the rules into the page, unless they are there. */
export function putStyleSheet(page = document) {
  if (page.getElementById(ID)) return;
  const style = page.createElement("style");
  style.id = ID;
  style.textContent = `${variables(".scorefield", DARK)}${variables("[data-scorefield-theme=light] .scorefield", LIGHT)}${RULES}`;
  page.head.append(style);
}

function variables(selector, palette) {
  const lines = NAMED.map((name) => `--sf-${name}: ${palette[name]};`);
  return `${selector} { ${lines.join(" ")} }\n`;
}
