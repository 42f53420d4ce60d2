// What was there before: each change can be taken back.

const MOST = 100;

export class History {
  constructor() {
    this.past = [];
  }

  /** Remember a state before it is changed; the same one twice is one. */
  keep(state) {
    if (this.past.at(-1) === state) return;
    this.past.push(state);
    if (this.past.length > MOST) this.past.shift();
  }

  /** The last state that is not this one; null where there is none. */
  back(now) {
    while (this.past.length) {
      const state = this.past.pop();
      if (state !== now) return state;
    }
    return null;
  }
}
