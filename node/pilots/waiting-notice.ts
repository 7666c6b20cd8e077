/** What is said when no pilot comes up: nothing need be wrong, but who sees nothing happen wants to know what is waited for. */
import type { LaunchedPilot } from './launched-pilot.ts';

/** What is said, and how loudly. */
export interface Notice {
  readonly level: 'info' | 'warn';
  readonly text: string;
}

/** What pilots are waited for in. */
type Waiting = 'asked' | 'pending' | 'starting';

/** How long nothing is said, in milliseconds, */
const QUIET = 10_000;
/** how long after that it is said again, and how many times longer each further time. */
const AGAIN = 60_000;
const FACTOR = 2;

/** See above. */
export class WaitingNotice {
  readonly #launcher: string;
  readonly #connectTimeout: number;
  #waiting: Waiting | undefined;
  #dueAt = Infinity;
  #pause = AGAIN;

  constructor(launcher: string, connectTimeout: number) {
    this.#launcher = launcher;
    this.#connectTimeout = connectTimeout;
  }

  /** When there may be something to say; a time of `performance.now`. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** What is to be said now. `isWanted`: whether there are jobs for these pilots. */
  look(now: number, pilots: Iterable<LaunchedPilot>, isWanted: boolean): Notice | undefined {
    const states = new Set([...pilots].map(({ state }) => state));
    if (!isWanted || states.has('ready') || states.has('leaving')) this.#begin(undefined, Infinity);
    // Between two tries there are none.
    else if (states.size > 0) {
      const waiting = states.has('starting') ? 'starting' : states.has('pending') ? 'pending' : 'asked';
      if (waiting !== this.#waiting) this.#begin(waiting, now + QUIET);
    }
    if (this.#waiting === undefined || now < this.#dueAt) return undefined;
    return this.#say(now, this.#waiting);
  }

  #begin(waiting: Waiting | undefined, dueAt: number): void {
    this.#waiting = waiting;
    this.#dueAt = dueAt;
    this.#pause = AGAIN;
  }

  #say(now: number, waiting: Waiting): Notice {
    this.#dueAt = waiting === 'pending' ? Infinity : now + this.#pause;
    this.#pause *= FACTOR;
    const launcher = this.#launcher;
    switch (waiting) {
      case 'pending':
        // That is what queues are for, and may take hours.
        return { level: 'info', text: `Waiting for a pilot: it is pending in the queue of ${launcher}` };
      case 'asked':
        return { level: 'warn', text: `Waiting for a pilot: ${launcher} was asked for one, and has not answered yet` };
      case 'starting': {
        const patience = `Each try may take ${this.#connectTimeout / 1000} s; see connectTimeout`;
        return {
          level: 'warn',
          text: `Waiting for a pilot: ${launcher} has started one that says nothing yet. Check that it runs somen pilot. ${patience}`,
        };
      }
    }
  }
}
