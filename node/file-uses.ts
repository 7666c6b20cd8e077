/**
 * When the entries of a cache in a folder were last used: the times of their files. So what was not used for longest
 * can go first, whoever looks.
 */
import { utimes } from 'node:fs/promises';

import { Lanes } from '../core/lanes.ts';

/** So exact are the times, in milliseconds: an entry that is used all the time costs one write an hour. */
const HOUR_MS = 3_600_000;

/** Few at a time, since reads and writes wait for the same threads. */
const MAX_TOUCHES = 2;

/** Notes that entries are used. */
export class FileUses {
  readonly #precision: number;
  readonly #lanes = new Lanes(MAX_TOUCHES);
  /** Files whose time is being set. */
  readonly #touching = new Map<string, Promise<void>>();

  /** `maxAge`: how long entries are kept that nobody uses, in milliseconds. */
  constructor(maxAge: number) {
    this.#precision = Math.min(HOUR_MS, maxAge / 4);
  }

  /** An entry was used whose file has this time. Sets it in the background, where it is too old. */
  note(path: string, mtimeMs: number): void {
    // A time in the future is one of a clock that was wrong.
    if (Math.abs(Date.now() - mtimeMs) <= this.#precision || this.#touching.has(path)) return;
    this.#touching.set(
      path,
      this.#lanes.run(() => touch(path)).then(() => void this.#touching.delete(path)),
    );
  }

  /** Waits for what is done in the background. */
  async settled(): Promise<void> {
    while (this.#touching.size > 0) await Promise.all(this.#touching.values());
  }
}

/** A folder that may not be written, or an entry that went meanwhile: then its time stays. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}
