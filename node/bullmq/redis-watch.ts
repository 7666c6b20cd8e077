/** Tells an operator that Redis is away: at first, then rarely, and when it is back. */
import { reasonOf } from './redis-errors.ts';

/** How often it is said that Redis is still away, in milliseconds. */
const REMIND_AFTER = 30_000;

/** See above. */
export class RedisWatch {
  readonly #place: string;
  readonly #say: (text: string) => void;
  /** When it was last said that Redis is away, by `performance.now()`; `undefined` while it is there. */
  #said: number | undefined;
  #wasThere = false;

  /** `place`: where Redis is, for people. */
  constructor(place: string, say: (text: string) => void) {
    this.#place = place;
    this.#say = say;
  }

  /** It cannot be reached. */
  away(error: unknown): void {
    const now = performance.now();
    if (this.#said !== undefined && now - this.#said < REMIND_AFTER) return;
    const what = `${this.#said === undefined ? 'Cannot' : 'Still cannot'} reach Redis at ${this.#place}`;
    this.#said = now;
    const remedy = this.#wasThere ? '' : '. Start it, or say with --connection where one is';
    this.#say(`${what}: ${reasonOf(error)}. It is tried again and again${remedy}`);
  }

  /** It is there. The first time, there is more to say than that. */
  back(): void {
    if (this.#said !== undefined && this.#wasThere) this.#say(`Redis at ${this.#place} is there again`);
    this.#said = undefined;
    this.#wasThere = true;
  }
}
