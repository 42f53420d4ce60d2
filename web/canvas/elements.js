// Small controls that look alike everywhere on the canvas. Their looks are in style_sheet.js.
import { putStyleSheet } from "./style_sheet.js";

/** An element with properties and children; `class` and `data-…` go where they belong. */
export function make(tag, properties = {}, ...children) {
  putStyleSheet();
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element && !name.includes("-")) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A button with a name for those who cannot see its sign. */
export function button(sign, name, pressed) {
  const element = make("button", { type: "button", title: name, "aria-label": name }, sign);
  element.addEventListener("click", pressed);
  return element;
}

/** A choice of one among several, [[value, words], …]. */
export function choice(name, pairs, chosen, changed) {
  const options = pairs.map(([value, words]) => make("option", { value }, words));
  const element = make("select", { title: name, "aria-label": name }, ...options);
  element.value = chosen;
  element.addEventListener("change", () => changed(element.value));
  return element;
}

/** A row of controls. */
export function row(...children) {
  return make("div", { className: "scorefield-row" }, ...children);
}
