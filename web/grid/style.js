// The looks of a grid of pictures, put into the page once.
import { putStyleSheet } from "../canvas/style_sheet.js";

const ID = "scorefield-grid-style";

const RULES = `
.scorefield-grid-room { position: relative; flex: 1 1 0; min-height: 0; container-type: inline-size; }
.scorefield-grid { position: absolute; inset: 0; display: grid; gap: 4px; align-content: start; }
.scorefield-grid .axis { align-self: center; justify-self: center; min-width: 0; max-width: 100%; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap; color: var(--sf-text); }
.scorefield-grid .axis.row { justify-self: end; max-width: max(9em, 20cqi); padding-right: 2px; }
.scorefield .scorefield-grid .cell { display: flex; flex-direction: column; min-width: 0; min-height: 0; width: 100%;
  height: 100%; padding: 0; border: 1px solid transparent; border-radius: 4px; background: none; overflow: hidden; }
.scorefield .scorefield-grid .cell:hover { border-color: var(--sf-accent); }
.scorefield-grid .cell .label { flex: none; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  line-height: 16px; color: var(--sf-text); }
.scorefield-grid img, .scorefield-large img { display: block; min-height: 0; min-width: 0; width: 100%;
  object-fit: contain; cursor: grab; }
.scorefield-grid img { flex: 0 1 auto; } /* no taller than the picture: the rows stand close to each other */
.scorefield-large img { flex: 1 1 0; }
.scorefield-grid .label + img { object-position: top; }
.scorefield img.small { image-rendering: pixelated; }
.scorefield-large { position: absolute; inset: 0; display: flex; flex-direction: column; gap: 6px;
  box-sizing: border-box; padding: 4px 6px; border-radius: 4px; background: var(--sf-page); }
.scorefield-large[hidden] { display: none; }
`;

/** Put the rules into the page, unless they are there. */
export function putGridStyle(page = document) {
  putStyleSheet(page);
  if (page.getElementById(ID)) return;
  const style = page.createElement("style");
  style.id = ID;
  style.textContent = RULES;
  page.head.append(style);
}
