// Which of the two palettes the page asks for: its own background says whether it is light.
import { DARK, LIGHT, lightness } from "./palette.js";

const BACKGROUND = "--bg-color";
const MARK = "data-scorefield-theme"; // style_sheet.js chooses its colours by it

/** The palette of the page as it is now. */
export function currentPalette(root = document.documentElement) {
  // Custom palettes may set it on either; the body inherits the root's.
  const background = getComputedStyle(root.ownerDocument?.body ?? root).getPropertyValue(BACKGROUND);
  return lightness(background) > 0.5 ? LIGHT : DARK;
}

/** Mark the page as light or dark, and call back whenever it turns; returns how to stop. */
export function watchPalette(changed, root = document.documentElement) {
  let seen = null;
  const look = () => {
    const now = currentPalette(root);
    if (now === seen) return;
    root.setAttribute(MARK, now === LIGHT ? "light" : "dark");
    if (seen) changed(now);
    seen = now;
  };
  look();
  const observer = new MutationObserver(look);
  for (const each of [root, document.body])
    observer.observe(each, { attributes: true, attributeFilter: ["class", "style"] });
  return () => observer.disconnect();
}
