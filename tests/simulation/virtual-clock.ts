/** Time that passes only when nothing is left to do: what was set for an instant happens in order, at no cost. */

interface Timer {
  readonly time: number;
  /** Those of one instant happen in the order in which they were set. */
  readonly order: number;
  action: (() => void) | undefined;
}

/** See above. Times are in milliseconds. */
export class VirtualClock {
  #now = 0;
  #order = 0;
  /** A binary heap: the first one is the next. */
  readonly #timers: Timer[] = [];

  get now(): number {
    return this.#now;
  }

  /** Calls back after so many milliseconds. Returns what takes it back. */
  readonly later = (action: () => void, milliseconds: number): (() => void) => {
    const timer: Timer = { time: this.#now + milliseconds, order: this.#order++, action };
    this.#push(timer);
    return () => {
      timer.action = undefined;
    };
  };

  /** Lets the next thing happen. Returns whether there was one. */
  step(): boolean {
    for (let timer = this.#pop(); timer !== undefined; timer = this.#pop()) {
      if (timer.action === undefined) continue;
      this.#now = timer.time;
      timer.action();
      return true;
    }
    return false;
  }

  #push(timer: Timer): void {
    const timers = this.#timers;
    let index = timers.push(timer) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const other = timers[above];
      if (other === undefined || isBefore(other, timer)) break;
      timers[index] = other;
      index = above;
    }
    timers[index] = timer;
  }

  #pop(): Timer | undefined {
    const timers = this.#timers;
    const first = timers[0];
    const last = timers.pop();
    if (last === undefined || timers.length === 0) return first;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      let other = timers[below];
      const right = timers[below + 1];
      if (other !== undefined && right !== undefined && isBefore(right, other)) {
        below++;
        other = right;
      }
      if (other === undefined || isBefore(last, other)) break;
      timers[index] = other;
      index = below;
    }
    timers[index] = last;
    return first;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
