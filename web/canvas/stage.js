// A canvas that is as sharp as it is seen, draws at most once a frame, and knows where the pointer is on it.
import { make } from "./elements.js";
import { currentPalette, watchPalette } from "./theme.js";

const SHARPEST = 3;

export class Stage {
  /** `draw(context, {width, height, palette})` in CSS pixels; it is called when something changed. */
  constructor(name, draw) {
    this.element = make("canvas", { tabIndex: 0, role: "img", "aria-label": name, "data-capture-wheel": "true" });
    this.context = this.element.getContext("2d");
    this.draw = draw;
    this.sizes = new ResizeObserver(() => this.redraw());
    this.sizes.observe(this.element);
    this.unwatch = watchPalette(() => this.redraw());
  }

  redraw() {
    this.frame ??= requestAnimationFrame(() => this.render());
  }

  render() {
    this.frame = null;
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height) return;
    const ratio = this.sharpness();
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.element.width !== across) this.element.width = across;
    if (this.element.height !== down) this.element.height = down;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.draw(this.context, { width, height, palette: currentPalette() });
  }

  /** Device pixels a CSS pixel. The page scales its nodes, so a layout pixel may be seen larger than it is. */
  sharpness() {
    const seen = this.element.getBoundingClientRect().width / this.element.clientWidth;
    return Math.min(SHARPEST, (window.devicePixelRatio || 1) * Math.max(1, seen || 1));
  }

  /** Where a pointer event is, in layout pixels from the upper left. */
  place(event) {
    const box = this.element.getBoundingClientRect();
    const scale = this.element.clientWidth / (box.width || 1);
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  dispose() {
    if (this.frame) cancelAnimationFrame(this.frame);
    this.sizes.disconnect();
    this.unwatch();
  }
}
