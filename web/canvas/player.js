// Time that runs: which moment of many is shown, whether it moves by itself, and how fast.
import { button, choice } from "./elements.js";
import { say } from "./words.js";

export const SPEEDS = [0.25, 0.5, 1, 2, 4];

/** A place among `count` moments, 0 … count − 1, that runs through all of them in `seconds` at speed 1. */
export class Clock {
  constructor(count = 1, seconds = 4) {
    this.seconds = seconds;
    this.speed = 1;
    this.reset(count);
  }

  reset(count, position = 0) {
    this.last = Math.max(0, count - 1);
    this.playing = false;
    this.position = Math.min(position, this.last);
  }

  /** Begin; at the end, from the start again. */
  play() {
    if (this.position >= this.last) this.position = 0;
    this.playing = this.last > 0;
  }

  stop() {
    this.playing = false;
  }

  /** Let so many seconds pass; whether anything moved. It stops at the end. */
  advance(seconds) {
    if (!this.playing) return false;
    this.position = Math.min(this.last, this.position + (seconds * this.speed * this.last) / this.seconds);
    if (this.position >= this.last) this.playing = false;
    return true;
  }
}

/** A clock with its buttons. `moved(position)` is called at every change that the clock itself makes. */
export class Player {
  constructor(moved, seconds = 4) {
    this.clock = new Clock(1, seconds);
    this.moved = moved;
    this.playButton = button("▶", say("Play"), () => this.toggle());
    const speeds = SPEEDS.map((speed) => [String(speed), `${speed}×`]);
    this.speedChoice = choice(say("Speed"), speeds, "1", (value) => (this.clock.speed = Number(value)));
  }

  reset(count, position = 0) {
    this.clock.reset(count, position);
    this.playButton.disabled = count < 2;
    this.show();
  }

  toggle() {
    if (this.clock.playing) return this.stop();
    this.clock.play();
    this.show();
    this.before = null;
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  /** Stand still at a position, by a person's hand. */
  hold(position) {
    this.stop();
    this.clock.position = position;
  }

  stop() {
    this.clock.stop();
    if (this.frame) cancelAnimationFrame(this.frame);
    this.frame = null;
    this.show();
  }

  tick(now) {
    // A page that slept must not leap to the end when it wakes.
    const passed = this.before === null ? 0 : Math.min(0.25, (now - this.before) / 1000);
    this.before = now;
    if (this.clock.advance(passed)) this.moved(this.clock.position);
    this.frame = this.clock.playing ? requestAnimationFrame((later) => this.tick(later)) : null;
    if (!this.frame) this.show();
  }

  show() {
    const [sign, name] = this.clock.playing ? ["▮▮", say("Stop")] : ["▶", say("Play")];
    this.playButton.textContent = sign;
    this.playButton.title = name;
    this.playButton.setAttribute("aria-label", name);
  }
}
