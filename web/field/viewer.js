// The viewer of the plane: a field and samples at any moment, to be played, turned, zoomed and pointed at.
import { button, choice, make, row } from "../canvas/elements.js";
import { keyRow } from "../canvas/keys.js";
import { navigate } from "../canvas/navigation.js";
import { significant } from "../canvas/numbers.js";
import { PlaneView } from "../canvas/plane.js";
import { Player } from "../canvas/player.js";
import { slider } from "../canvas/slider.js";
import { Stage } from "../canvas/stage.js";
import { retold, say, saidPairs } from "../canvas/words.js";
import { drawArrows } from "./arrows.js";
import { drawData, drawPanel, drawScale } from "./backdrop.js";
import { GridField, KINDS } from "./grid_field.js";
import { legend } from "./legend.js";
import { levelAt } from "./moments.js";
import { drawProbe, probe, readOut } from "./probe.js";
import { Samples, TRAILS } from "./samples.js";

const LAYERS = [["guided", "guided"], ["conditional", "cond"], ["unconditional", "uncond"], ["all", "all three"]];
const LENGTHS = [["unit", "alike"], ["true", "true lengths"]];
const MANY_LAYERS_SIDE = 16; // where several share the plane, arrows need room
const HINT = "Point to read. Click, then scroll: zoom.";

export class FieldViewer {
  constructor(element) {
    this.view = new PlaneView();
    this.stage = new Stage(say("Vector field"), (...given) => this.draw(...given));
    this.player = new Player((position) => this.moved(position));
    this.slider = slider(say("Time: noise to data"), (position) => {
      this.player.hold(position);
      this.moved(position);
    });
    this.keys = keyRow();
    this.title = make("span", { className: "words strong" });
    this.level = make("span", { className: "level" });
    this.words = make("span", { className: "words" }, say(HINT));
    this.options = make("div", { className: "scorefield-row shares" });
    this.head = row(this.title, this.level);
    this.title.classList.add("push");
    this.time = row(this.player.playButton, this.slider.element, this.player.speedChoice);
    element.replaceChildren(this.head, this.keys.element, this.stage.element, this.time, this.options, this.words);
    navigate(this.stage, this.view, { changed: () => this.stage.redraw(), hovered: (at) => this.point(at) });
    this.stage.element.addEventListener("keydown", (event) => this.key(event));
  }

  /** Show a file as `readTensors` gives it. What a person chose before stays chosen. */
  show(file) {
    const { about, arrays } = (this.file = file);
    this.field = arrays.epsilon ? new GridField(file) : null;
    this.samples = arrays.x ? new Samples(file) : null;
    const count = about.moments.length;
    const fresh = !this.chosen;
    this.chosen ??= { kind: about.arrows ?? "-epsilon", layer: about.shown ?? "guided", length: about.length ?? "unit", trails: about.trails ?? "short" };
    if (fresh || this.view.extent !== about.extent) this.view.home(about.extent);
    const start = about.trails === "paths" ? count - 1 : (about.start ?? 0);
    this.player.reset(count, fresh ? start : Math.min(this.player.clock.position, count - 1));
    this.slider.length(count);
    this.slider.set(this.player.clock.position);
    this.title.textContent = [about.title, ...about.notes.map((note) => `(${retold(note)})`)].filter(Boolean).join("  ");
    this.level.style.display = count > 1 ? "" : "none";
    this.head.style.display = count > 1 || this.title.textContent ? "" : "none";
    this.time.style.display = count > 1 ? "" : "none";
    this.buildOptions(count);
    this.moved(this.player.clock.position);
  }

  buildOptions(count) {
    const guided = this.field && this.field.layers.length > 1;
    const pick = (name, pairs, key) => choice(say(name), saidPairs(pairs), this.chosen[key], (value) => {
      this.chosen[key] = value;
      this.stage.redraw();
    });
    const options = [];
    if (this.field) options.push(pick("What the arrows are", KINDS, "kind"));
    if (guided) options.push(pick("Which field", LAYERS, "layer"));
    if (this.field) options.push(pick("How long arrows are drawn", LENGTHS, "length"));
    if (this.samples && count > 1) options.push(pick("Trails", TRAILS, "trails"));
    this.options.replaceChildren(...options, button("⌂", say("Show all again"), () => (this.view.home(), this.stage.redraw())));
  }

  layers() {
    if (!this.field) return [];
    if (this.field.layers.length === 1) return this.field.layers;
    return this.chosen.layer === "all" ? this.field.layers : [this.chosen.layer];
  }

  moved(position) {
    this.slider.set(position);
    const { sigma, t } = levelAt(this.file.about.moments, position);
    this.level.textContent = `t ${t.toFixed(2)}   σ ${significant(sigma)}`;
    this.slider.element.setAttribute("aria-valuetext", this.level.textContent);
    this.read();
    this.stage.redraw();
  }

  point(at) {
    this.at = at;
    this.read();
    this.stage.redraw();
  }

  read() {
    const position = this.player.clock.position;
    this.found = probe(this.field, { kind: this.chosen?.kind, layers: this.layers(), position, at: this.at });
    this.words.textContent = readOut(this.found, this.chosen?.kind, this.at) || say(HINT);
    this.words.style.minHeight = this.layers().length > 1 ? "32px" : "16px";
  }

  key(event) {
    if (event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    this.player.toggle();
  }

  draw(context, { width, height, palette }) {
    this.view.resize(width, height);
    drawPanel(context, this.view, palette);
    if (!this.file) return;
    const { arrays, about } = this.file;
    const layers = this.layers();
    this.keys.show(legend(palette, { layers, samples: this.samples, classes: about.classes, hasData: Boolean(arrays.data) }));
    const faint = layers.length > 1 || Boolean(this.samples);
    if (faint) drawData(context, this.view, palette, { arrays, faint });
    if (this.field) this.drawField(context, palette, layers);
    if (!faint) drawData(context, this.view, palette, { arrays, faint });
    this.samples?.draw(context, this.view, palette, { position: this.player.clock.position, trails: this.chosen.trails });
    drawScale(context, this.view, palette);
    if (this.at) drawProbe(context, this.view, palette, this.found, this.at);
  }

  drawField(context, palette, layers) {
    const { field, chosen, view } = this;
    const side = layers.length > 1 ? MANY_LAYERS_SIDE : field.side;
    const found = layers.map((layer) => field.resampled(chosen.kind, layer, this.player.clock.position, side));
    const { place: places, spacing } = found[0];
    const arrows = layers.map((layer, index) => [layer, found[index].arrows]);
    drawArrows(context, view, palette, { layers: arrows, places, spacing, length: chosen.length });
  }

  /** Say what is wrong in the place of the read-out. */
  fail(error) {
    this.words.textContent = error.message;
  }

  dispose() {
    this.player.stop();
    this.stage.dispose();
  }
}
