// Which of the two palettes the page asks for. The page marks its body while its own palette is dark.
import { DARK, LIGHT } from "./palette.js";

const MARK = "dark-theme";

/** The palette of the page as it is now. */
export function currentPalette(body = document.body) {
  return body.classList.contains(MARK) ? DARK : LIGHT;
}

/** Call back whenever the page turns light or dark; returns how to stop. */
export function watchPalette(changed, body = document.body) {
  let seen = currentPalette(body);
  const observer = new MutationObserver(() => {
    const now = currentPalette(body);
    if (now !== seen) changed((seen = now));
  });
  observer.observe(body, { attributes: true, attributeFilter: ["class"] });
  return () => observer.disconnect();
}
