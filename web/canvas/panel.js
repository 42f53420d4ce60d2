// A panel of ours on a node: one DOM widget, which both renderers of the page know.
import { make } from "./elements.js";

const KEPT_INSIDE = ["pointerdown", "mousedown", "dblclick", "contextmenu"];

// The classic renderer leaves so much free around a widget; the Vue one asks the element itself what it needs.
const MARGINS = 20;

/**
 * The panel of that name on a node, made where it is not there yet: `{element, widget, grow(height)}`.
 * What is in it is no part of the workflow. `height` is the least it needs, in layout pixels.
 */
export function panelOn(node, name, height) {
  const there = node.widgets?.find((each) => each.name === name);
  if (there) return there.panel;
  const element = make("div", { className: "scorefield" });
  // The page drags nodes and pans by these; here they mean what our controls make of them.
  for (const kind of KEPT_INSIDE) element.addEventListener(kind, (event) => event.stopPropagation());
  const panel = { element, least: height };
  element.style.minHeight = `${height - MARGINS}px`;
  panel.widget = node.addDOMWidget(name, "scorefield", element, {
    serialize: false,
    hideOnZoom: false,
    getMinHeight: () => panel.least,
  });
  panel.widget.serialize = false;
  panel.widget.panel = panel;
  panel.grow = (least) => {
    panel.least = least;
    element.style.minHeight = `${least - MARGINS}px`;
    fit(node);
  };
  return panel;
}

/** Let a node be at least as large as its widgets need; it never shrinks by this. */
export function fit(node) {
  const [width, height] = node.computeSize();
  node.setSize([Math.max(node.size[0], width), Math.max(node.size[1], height)]);
  node.graph?.setDirtyCanvas?.(true, true);
}

/** Call back when the node is taken away, so that nothing goes on without it. */
export function whenRemoved(node, done) {
  const before = node.onRemoved;
  node.onRemoved = function (...given) {
    before?.apply(this, given);
    done();
  };
}
