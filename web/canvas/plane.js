// The plane as it is seen: which place is which pixel, closer and farther, moved by hand.

export const CLOSEST = 40;

/** A view of [−extent, extent]² in a box of pixels. y is up. */
export class PlaneView {
  constructor(extent = 2) {
    this.home(extent);
    this.resize(1, 1);
  }

  /** Everything in sight, as at first. */
  home(extent = this.extent) {
    this.extent = extent;
    this.centre = [0, 0];
    this.zoom = 1;
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
  }

  /** Pixels a unit of the plane. */
  get scale() {
    return (this.zoom * Math.min(this.width, this.height)) / (2 * this.extent);
  }

  toScreen(x, y) {
    return [
      this.width / 2 + (x - this.centre[0]) * this.scale,
      this.height / 2 - (y - this.centre[1]) * this.scale,
    ];
  }

  /** Places, (N, 2), as pixels, (N, 2): of thousands no array is made for each. */
  allToScreen(places) {
    const { width, height, scale, centre } = this;
    const [left, top] = [width / 2 - centre[0] * scale, height / 2 + centre[1] * scale];
    return places.map((value, i) => (i % 2 ? top - value * scale : left + value * scale));
  }

  toPlane(across, down) {
    return [
      this.centre[0] + (across - this.width / 2) / this.scale,
      this.centre[1] - (down - this.height / 2) / this.scale,
    ];
  }

  /** Closer (factor above 1) or farther; the place under that pixel stays there. */
  zoomAt(across, down, factor) {
    const held = this.toPlane(across, down);
    this.zoom = Math.min(CLOSEST, Math.max(0.2, this.zoom * factor));
    const now = this.toPlane(across, down);
    this.centre = [this.centre[0] + held[0] - now[0], this.centre[1] + held[1] - now[1]];
  }

  /** Moved by so many pixels. */
  pan(across, down) {
    this.centre = [this.centre[0] - across / this.scale, this.centre[1] + down / this.scale];
  }
}
