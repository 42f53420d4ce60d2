// A slider over the moments of something, from 0 to the last; positions between two moments are allowed.
import { make } from "./elements.js";

/** The range input: `set(position)`, `length(count)`, and `moved(position)` when a person moves it. */
export function slider(name, moved) {
  const element = make("input", { type: "range", title: name, "aria-label": name, min: "0", max: "0", step: "any" });
  element.value = "0";
  element.addEventListener("input", () => moved(Number(element.value)));
  element.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!by) return;
    // A step of the keyboard is a moment, wherever between two the slider stands.
    event.preventDefault();
    event.stopPropagation();
    element.value = String(stepped(Number(element.value), by, Number(element.max)));
    moved(Number(element.value));
  });
  return {
    element,
    set(position) {
      element.value = String(position);
    },
    length(count) {
      element.max = String(Math.max(0, count - 1));
      element.disabled = count < 2;
    },
  };
}

/** The next whole moment in a direction, between 0 and the last. */
export function stepped(position, by, last) {
  const next = by > 0 ? Math.floor(position) + 1 : Math.ceil(position) - 1;
  return Math.min(last, Math.max(0, next));
}
