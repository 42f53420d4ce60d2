// A walk through a space of pictures on its node: one moment large, the moments side by side, the numbers, a scrubber.
import { button, choice, make, row } from "../canvas/elements.js";
import { panelOn, whenRemoved } from "../canvas/panel.js";
import { Player } from "../canvas/player.js";
import { slider } from "../canvas/slider.js";
import { Stage } from "../canvas/stage.js";
import { retold, say } from "../canvas/words.js";
import { drawChart } from "./chart.js";
import { drawLarge, drawStrip, heightOfLarge, momentAt, stripLayout } from "./pictures.js";
import { momentWords } from "./sheet.js";

const NAME = "scorefield_walk";
const HEIGHT = 452;
const STRIP_ROW = 42;
const CHART = 96;
const FRAMES_PER_SECOND = 8;
const EMPTY = "Run it: the walk can be scrubbed here.";

/** The view on that node, made where it is not there yet. */
export function walkViewOn(node) {
  const panel = panelOn(node, NAME, HEIGHT);
  panel.view ??= new WalkView(node, panel);
  return panel.view;
}

export class WalkView {
  constructor(node, panel) {
    this.shown = { sample: 0, moment: 0, frame: 0 };
    this.panel = panel;
    this.stages = {
      large: this.stage(say("The walk at one moment"), (...all) => this.drawLarge(...all)),
      strip: this.stage(say("The moments of the walk"), drawStrip),
      chart: this.stage(say("Noise level and vectors over the walk"), drawChart),
    };
    this.words = make("span", { className: "words strong whole" }, say(EMPTY));
    this.missing = make("span", { className: "words" });
    this.samples = make("span");
    this.player = new Player((position) => this.go(position, true), 5);
    this.slider = slider(say("Step of the walk"), (position) => this.go(position));
    this.film = button("", "", () => this.toggleFilm());
    this.film.hidden = true;
    this.build();
    this.player.reset(1);
    this.slider.length(1);
    whenRemoved(node, () => this.dispose());
  }

  stage(name, draw) {
    return new Stage(name, (context, room) => {
      if (this.sheet) draw(context, room, this.sheet, this.shown);
    });
  }

  drawLarge(context, room, sheet, shown) {
    this.stages.large.element.style.maxHeight = `${heightOfLarge(room.width, sheet.about)}px`;
    drawLarge(context, room, sheet, shown);
  }

  build() {
    const { large, strip, chart } = this.stages;
    // The pictures take the room that is there, up to their height; the chart what they leave.
    large.element.style.flex = "1000 1 0";
    Object.assign(strip.element.style, { flex: "none", height: `${2 * STRIP_ROW}px` });
    chart.element.style.flex = `1 0 ${CHART}px`;
    const follow = (event) => this.sheet && event.buttons & 1 && this.goTo(strip, event);
    strip.element.addEventListener("pointerdown", follow);
    strip.element.addEventListener("pointermove", follow);
    strip.element.style.cursor = "pointer";
    this.panel.element.append(
      make("div", { className: "scorefield-row wraps" }, this.words, this.missing, this.samples),
      large.element,
      strip.element,
      chart.element,
      row(this.player.playButton, this.slider.element, this.player.speedChoice, this.film),
    );
  }

  /** Show a walk: its sheet as an image, and what it is about. */
  show(image, about) {
    const before = this.sheet ? this.shown.moment / Math.max(1, this.sheet.about.steps.length - 1) : 1;
    const last = about.steps.length - 1;
    this.sheet = { image, about };
    this.shown = { sample: Math.min(this.shown.sample, about.samples.length - 1), moment: 0, frame: 0 };
    this.stages.strip.element.style.height = `${STRIP_ROW * about.parts.length}px`;
    this.player.reset(about.steps.length);
    this.slider.length(about.steps.length);
    this.chooseSamples(about.samples);
    const missing = retold(about.left_out);
    this.missing.textContent = missing;
    this.missing.title = missing && say("The page got {missing}.", { missing });
    this.film.hidden = about.frames < 2;
    this.playFilm(about.frames > 1 && !matchMedia("(prefers-reduced-motion: reduce)").matches);
    this.go(before * last);
  }

  chooseSamples(names) {
    const pairs = names.map((name, place) => [String(place), name || String(place + 1)]);
    const chooser = choice(say("Sample"), pairs, String(this.shown.sample), (value) => {
      this.shown.sample = Number(value);
      this.redraw();
    });
    this.samples.replaceChildren(...(names.length > 1 ? [`${say("sample")} `, chooser] : []));
  }

  /** To a position between the first moment and the last. */
  go(position, isPlaying = false) {
    if (!this.sheet) return;
    if (isPlaying) this.player.clock.position = position;
    else this.player.hold(position);
    this.slider.set(position);
    this.shown.moment = Math.round(position);
    this.words.textContent = momentWords(this.sheet.about, this.shown.moment);
    this.redraw();
  }

  goTo(strip, event) {
    const layout = stripLayout(strip.element.clientWidth, strip.element.clientHeight, this.sheet.about);
    this.go(momentAt(layout, strip.place(event)[0]));
  }

  toggleFilm() {
    this.playFilm(!this.films);
  }

  playFilm(isPlaying) {
    clearInterval(this.films);
    this.films = isPlaying ? setInterval(() => this.nextFrame(), 1000 / FRAMES_PER_SECOND) : null;
    const [sign, name] = isPlaying ? ["▮▮", say("Stop the video")] : ["▶", say("Play the video")];
    this.film.textContent = `${sign} ${say("video")}`;
    this.film.title = name;
    this.film.setAttribute("aria-label", name);
  }

  nextFrame() {
    this.shown.frame = (this.shown.frame + 1) % this.sheet.about.frames;
    this.stages.large.redraw();
    this.stages.strip.redraw();
  }

  redraw() {
    for (const stage of Object.values(this.stages)) stage.redraw();
  }

  dispose() {
    clearInterval(this.films);
    this.player.stop();
    for (const stage of Object.values(this.stages)) stage.dispose();
  }
}
