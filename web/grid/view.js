// A grid of pictures on its node: axes with words, a click enlarges a cell, a cell can be dragged as its file.
import { button, make, row } from "../canvas/elements.js";
import { panelOn } from "../canvas/panel.js";
import { retold, say } from "../canvas/words.js";
import { laidOut, neighbour, wordsOf } from "./cells.js";
import { dragAsFile } from "./drag.js";
import { putGridStyle } from "./style.js";

const NAME = "scorefield_grid";
const HEIGHT = 320;
const HINT = "Click: larger. Drag out: its workflow.";
const EMPTY = "Run it: every picture appears here.";

/** The view on that node, made where it is not there yet. */
export function gridViewOn(node) {
  const panel = panelOn(node, NAME, HEIGHT);
  panel.view ??= new GridView(panel);
  return panel.view;
}

export class GridView {
  constructor(panel) {
    putGridStyle();
    this.panel = panel;
    this.title = make("span", { className: "words strong push" }, say(EMPTY));
    this.missing = make("span", { className: "words" });
    this.grid = make("div", { className: "scorefield-grid" });
    this.large = make("div", { className: "scorefield-large", tabIndex: 0, hidden: true });
    this.large.addEventListener("keydown", (event) => this.keyed(event));
    const room = make("div", { className: "scorefield-grid-room" }, this.grid, this.large);
    this.hint = make("div", { className: "words", title: say(HINT) });
    panel.element.append(row(this.title, this.missing), room, this.hint);
  }

  /** Show cells by the addresses of their files: `[{address, filename}]`. */
  show(cells, about) {
    this.cells = cells;
    this.about = about;
    this.close();
    this.title.textContent = about.title;
    this.hint.textContent = say(HINT);
    this.missing.textContent = this.missing.title = retold(about.left_out);
    const beside = about.row_labels.length ? "minmax(0, max-content) " : "";
    this.grid.style.gridTemplateColumns = `${beside}repeat(${about.columns}, minmax(0, 1fr))`;
    const above = about.column_labels.length ? "auto " : "";
    this.grid.style.gridTemplateRows = `${above}repeat(${Math.ceil(cells.length / about.columns)}, minmax(0, max-content))`;
    this.grid.replaceChildren(...laidOut(about, cells.length).map((each) => this.element(each)));
  }

  element({ kind, place }) {
    if (kind === "cell") return this.cell(place);
    const words = kind === "row" ? this.about.row_labels[place] : kind === "column" ? this.about.column_labels[place] : "";
    return make("div", { className: `axis ${kind}`, title: words ?? "" }, words ?? "");
  }

  cell(place) {
    const words = wordsOf(this.about, place);
    const figure = make("button", { type: "button", className: "cell", title: words, "aria-label": say("Enlarge {name}", { name: words }) });
    figure.append(this.picture(place, words));
    if (this.about.labels[place]) figure.prepend(make("span", { className: "label" }, this.about.labels[place]));
    figure.addEventListener("click", () => this.enlarge(place));
    return figure;
  }

  picture(place, words) {
    const { address, filename } = this.cells[place];
    const image = make("img", { src: address, alt: words, decoding: "async" });
    // Small pictures stay crisp, as in the saved grids.
    image.addEventListener("load", () => image.classList.toggle("small", image.naturalWidth <= 160));
    dragAsFile(image, address, filename);
    return image;
  }

  enlarge(place) {
    this.place = place;
    const words = wordsOf(this.about, place);
    const shut = button("✕", say("Back to all"), () => this.close());
    this.large.replaceChildren(
      row(make("span", { className: "words strong push" }, words), shut),
      this.picture(place, words),
    );
    this.large.hidden = false;
    this.large.focus({ preventScroll: true });
  }

  close() {
    this.large.hidden = true;
    this.large.replaceChildren();
  }

  keyed(event) {
    if (event.key === "Escape") {
      this.close();
      this.grid.querySelectorAll(".cell")[this.place]?.focus();
    } else this.enlarge(neighbour(this.place, event.key, this.about.columns, this.cells.length));
    event.preventDefault();
    event.stopPropagation();
  }
}
