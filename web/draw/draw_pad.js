// A pad to draw points on, class by class; the exact field of what is drawn turns while one draws.
import { button, choice, make, row } from "../canvas/elements.js";
import { navigate } from "../canvas/navigation.js";
import { fixed, significant } from "../canvas/numbers.js";
import { classColour } from "../canvas/palette.js";
import { PlaneView } from "../canvas/plane.js";
import { Player } from "../canvas/player.js";
import { slider } from "../canvas/slider.js";
import { Stage } from "../canvas/stage.js";
import { currentPalette, watchPalette } from "../canvas/theme.js";
import { counted, say, saidPairs } from "../canvas/words.js";
import { drawData, drawPanel, drawScale } from "../field/backdrop.js";
import { MOST_POINTS } from "./closed_form.js";
import { added, count, erased, numbers, parse, smoothed, write } from "./drawing.js";
import { EXAMPLES } from "./examples.js";
import { History } from "./history.js";
import { LiveField, arrowAt, drawArrowAt, levelAlong } from "./live_field.js";

const EXTENT = 2;
const MOMENTS = 61;
const START = 36; // sigma 0.16, where the spiral's arrows turn from the middle to its arms
const ERASER = 0.14;
const FIELDS = [["all", "field of all"], ["one", "field of this class"], ["none", "no arrows"]];

export class DrawPad {
  /** `changed(text)` hears every drawing that a person makes. */
  constructor(element, changed) {
    this.changed = changed;
    this.classes = [];
    this.past = new History();
    [this.index, this.tool, this.wanted] = [0, "draw", "all"];
    this.view = new PlaneView(EXTENT);
    this.live = new LiveField();
    this.stage = new Stage(say("Pad to draw points on"), (...given) => this.draw(...given));
    this.player = new Player((position) => this.moved(position));
    this.player.reset(MOMENTS, START);
    this.time = slider(say("Noise: from much to little"), (position) => (this.player.hold(position), this.moved(position)));
    this.time.length(MOMENTS);
    this.level = make("span", { className: "level" });
    this.words = make("span", { className: "words push" });
    this.kinds = make("div", { className: "scorefield-row shares kinds" });
    element.replaceChildren(this.kinds, this.tools(), this.stage.element, this.timeRow(), this.foot());
    navigate(this.stage, this.view, { changed: () => this.stage.redraw(), hovered: (at) => this.hover(at), drags: (event) => this.press(event) });
    for (const kind of ["pointerup", "pointercancel"]) this.stage.element.addEventListener(kind, () => this.release());
    this.unwatch = watchPalette(() => this.name(this.names ?? []));
    this.moved(START);
  }

  tools() {
    const tool = (sign, name, value) => {
      const made = button(say(sign), say(name), () => this.take(value));
      made.dataset.tool = value;
      return made;
    };
    this.toolButtons = [tool("draw", "Draw points: click, or drag a line", "draw"), tool("erase", "Erase points", "erase")];
    const example = choice(say("Begin with an example"), saidPairs([["", "example…"], ...EXAMPLES]), "", (name) => {
      example.value = "";
      this.change(EXAMPLES.find(([value]) => value === name)[2]());
    });
    this.undo = button("↶", say("Take the last change back"), () => this.back());
    this.take("draw");
    return row(
      ...this.toolButtons,
      button(say("smooth"), say("Smooth the lines of this class"), () => this.change(smoothed(this.classes, this.index))),
      this.undo,
      button("✕", say("Clear everything"), () => this.change([])),
      example,
    );
  }

  timeRow() {
    return row(this.player.playButton, this.time.element, this.level);
  }

  foot() {
    this.field = choice(say("Whose field the arrows are"), saidPairs(FIELDS), "all", (value) => {
      this.wanted = value;
      this.stage.redraw();
    });
    return row(this.words, this.field);
  }

  /** What the classes are called, in their order: a button each. */
  name(names) {
    this.names = names;
    this.index = Math.min(this.index, Math.max(0, names.length - 1));
    const palette = currentPalette();
    this.kinds.replaceChildren(...names.map((name, index) => {
      const dot = make("i", { className: "dot" });
      dot.style.background = classColour(palette, index);
      const made = button(dot, say("Draw points of {name}", { name }), () => ((this.index = index), this.name(names), this.take("draw")));
      made.append(name);
      made.setAttribute("aria-pressed", String(index === this.index));
      return made;
    }));
    this.stage.redraw();
  }

  /** Show a drawing that was made elsewhere. */
  show(text) {
    if (text === write(this.classes)) return;
    this.set(parse(text));
  }

  take(tool) {
    this.tool = tool;
    for (const each of this.toolButtons) each.setAttribute("aria-pressed", String(each.dataset.tool === tool));
    this.stage.element.style.cursor = tool === "draw" ? "crosshair" : "cell";
  }

  /** A change by hand: it can be taken back, and is told. */
  change(classes) {
    this.past.keep(write(this.classes));
    this.set(classes);
    this.changed(write(this.classes));
  }

  back() {
    const before = this.past.back(write(this.classes));
    if (before === null) return;
    this.set(parse(before));
    this.changed(before);
  }

  set(classes) {
    this.classes = classes;
    this.numbers = numbers(classes);
    const many = count(classes);
    this.words.textContent = many > MOST_POINTS ? say("{count} points: run to see the field", { count: many }) : counted(many, "{count} point", "{count} points");
    this.stage.redraw();
  }

  press(event) {
    if (event.button !== 0 || event.shiftKey) return true;
    this.past.keep(write(this.classes));
    this.drawing = true;
    this.last = null;
    this.stage.element.setPointerCapture(event.pointerId);
    this.mark(this.view.toPlane(...this.stage.place(event)));
    return false;
  }

  hover(at) {
    this.at = at;
    if (this.drawing && at) this.mark(at);
    this.stage.redraw();
  }

  mark(at) {
    const before = this.classes;
    const after = this.tool === "draw" ? added(before, this.index, at, this.last) : erased(before, at, ERASER);
    if (after === before) return;
    this.last = at;
    this.set(after);
  }

  release() {
    if (!this.drawing) return;
    this.drawing = false;
    this.changed(write(this.classes));
  }

  moved(position) {
    this.noise = levelAlong(position / (MOMENTS - 1));
    this.level.textContent = `σ ${significant(this.noise.sigma)}`;
    this.time.set(position);
    this.stage.redraw();
  }

  draw(context, { width, height, palette }) {
    const { view } = this;
    view.resize(width, height);
    drawPanel(context, view, palette);
    const { data, labels } = this.numbers ?? numbers([]);
    const wanted = this.wanted === "one" ? this.index : -1;
    this.arrows = this.wanted === "none" ? null : this.live.arrows(view, { data, labels }, this.noise, wanted);
    if (this.arrows) this.live.draw(context, view, palette, this.arrows);
    drawData(context, view, palette, { arrays: { data: { values: data }, labels: { values: labels } }, faint: false });
    drawScale(context, view, palette);
    if (this.at && !this.drawing) this.drawPointer(context, palette, wanted);
  }

  drawPointer(context, palette, wanted) {
    const arrow = this.arrows && arrowAt(this.numbers, this.noise, wanted, this.at);
    if (arrow) drawArrowAt(context, this.view, palette, this.at, arrow);
    this.stage.element.title = this.at.map((value) => fixed(value).trim()).join(", ");
  }

  dispose() {
    this.player.stop();
    this.unwatch();
    this.stage.dispose();
  }
}
