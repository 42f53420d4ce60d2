// What the colours mean: a row of names, each with its colour as a dot or a line.
import { make } from "./elements.js";

/** The row, `{element, show(keys)}`; keys are [name, colour, "dot" or "line"]. Without any it takes no room. */
export function keyRow() {
  const element = make("div", { className: "keys" });
  let shown = null;
  return {
    element,
    show(keys) {
      const now = JSON.stringify(keys);
      if (now === shown) return;
      shown = now;
      element.style.display = keys.length ? "" : "none";
      element.replaceChildren(...keys.map(([name, colour, shape]) => make("span", {}, sign(colour, shape), name)));
    },
  };
}

function sign(colour, shape) {
  const element = make("i", { className: shape === "line" ? "line" : "" });
  element.style.background = colour;
  return element;
}
