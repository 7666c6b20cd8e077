/** What is in the folder of a cache, by the time of its last use; and what of it has to go. */
import type { CacheEntry } from '../core/cache.ts';

/** What a cache in a folder may hold. */
export interface FileBounds {
  /** In bytes. `Infinity`: no bound. */
  readonly maxBytes: number;
  /** How long what nobody uses is kept, in milliseconds. `Infinity`: for ever. */
  readonly maxAge: number;
}

/** How exactly uses are told apart, in milliseconds. They are only noted to the hour. */
const STEP_MS = 1000;

/** So much of `maxBytes` is left free, so that not every write is followed by a removal. */
const FREE = 0.1;

/** The bytes in use, by steps of time. */
export class FileUsage {
  readonly #bytes = new Map<number, number>();
  #total = 0;

  add({ used, size }: CacheEntry): void {
    const step = stepOf(used);
    this.#bytes.set(step, (this.#bytes.get(step) ?? 0) + size);
    this.#total += size;
  }

  /** Chooses what goes, at the time `now`; `undefined` where all may stay. */
  choose({ maxBytes, maxAge }: FileBounds, now: number): FileChoice | undefined {
    const expired = stepOf(now - maxAge);
    let excess = this.#total > maxBytes ? this.#total - (1 - FREE) * maxBytes : 0;
    let removes = false;
    for (const step of Float64Array.from(this.#bytes.keys()).sort()) {
      const bytes = this.#bytes.get(step) ?? 0;
      if (step >= expired && (excess === 0 || excess < bytes))
        return removes || excess > 0 ? new FileChoice(step, excess) : undefined;
      removes = true;
      excess = Math.max(0, excess - bytes);
    }
    return removes ? new FileChoice(Infinity, 0) : undefined;
  }
}

/** What goes: what was last used before a step of time, and of what was used in it, so many bytes. */
export class FileChoice {
  readonly #step: number;
  #bytes: number;

  constructor(step: number, bytes: number) {
    this.#step = step;
    this.#bytes = bytes;
  }

  /** Whether an entry goes. It is asked about each once. */
  takes({ used, size }: CacheEntry): boolean {
    const step = stepOf(used);
    if (step !== this.#step) return step < this.#step;
    if (this.#bytes <= 0) return false;
    this.#bytes -= size;
    return true;
  }
}

function stepOf(time: number): number {
  return Math.floor(time / STEP_MS);
}
