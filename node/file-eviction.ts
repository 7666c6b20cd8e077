/**
 * Keeps the folder of a cache within its bounds: what was not used for longest goes first. It is done in the background
 * after writes, by one process at a time. Who reads meanwhile finds an entry or none.
 */
import { unlink } from 'node:fs/promises';

import type { FileClaims } from './file-claims.ts';
import { entriesIn, shardsOf, type FileEntry } from './file-listing.ts';
import { FileUsage, type FileBounds } from './file-usage.ts';

/** The claim that only one process at a time has: it looks the folder through. */
const CLAIM = 'eviction';

/** After so much of a bound, in bytes or time, the folder is looked through again. */
const AGAIN = 0.1;

/** Removes entries of one cache. */
export class FileEviction {
  readonly #directory: string;
  readonly #bounds: FileBounds;
  readonly #claims: FileClaims;
  /** How much was written since the folder was last looked through, in bytes, and when that was. */
  #written = 0;
  #last: number | undefined;
  #running: Promise<void> | undefined;
  #pause: NodeJS.Timeout | undefined;
  #isAwaited = false;

  constructor(directory: string, bounds: FileBounds, claims: FileClaims) {
    this.#directory = directory;
    this.#bounds = bounds;
    this.#claims = claims;
  }

  /** An entry was written. */
  wrote(bytes: number): void {
    this.#written += bytes;
    if (this.#running !== undefined || !this.#isDue()) return;
    this.#running = this.#run().finally(() => (this.#running = undefined));
  }

  /** Waits for what is under way. A script that ends without this does not wait for it. */
  async finish(): Promise<void> {
    this.#isAwaited = true;
    this.#pause?.ref();
    await this.#running;
    this.#isAwaited = false;
  }

  #isDue(): boolean {
    if (this.#last === undefined || this.#hasWrittenMuch()) return true;
    return performance.now() - this.#last > AGAIN * this.#bounds.maxAge;
  }

  #hasWrittenMuch(): boolean {
    return this.#written > AGAIN * this.#bounds.maxBytes;
  }

  async #run(): Promise<void> {
    do {
      this.#written = 0;
      this.#last = performance.now();
      const claim = this.#claims.take(CLAIM);
      if (claim === undefined) return;
      try {
        await this.#evict();
      } catch {
        // It is tried again after further writes.
      } finally {
        await claim.release();
      }
    } while (this.#hasWrittenMuch());
  }

  /** Lists all twice: a list of a million entries would take hundreds of megabytes. */
  async #evict(): Promise<void> {
    const usage = new FileUsage();
    for await (const entry of this.#entries()) usage.add(entry);
    const choice = usage.choose(this.#bounds, Date.now());
    if (choice === undefined) return;
    for await (const entry of this.#entries()) {
      // One that is gone already does not matter; Windows does not remove what somebody reads.
      if (choice.takes(entry)) await unlink(entry.path).catch(() => undefined);
    }
  }

  async *#entries(): AsyncGenerator<FileEntry> {
    for (const map of ['ac', 'cas'] as const) {
      for await (const shard of shardsOf(this.#directory, map)) {
        yield* entriesIn(shard, map);
        await this.#breathe();
      }
    }
  }

  /** Lets other work in, and the process end. */
  async #breathe(): Promise<void> {
    await new Promise<void>((resolve) => {
      // Not an immediate: those are run once more before the process ends.
      this.#pause = setTimeout(resolve, 0);
      if (!this.#isAwaited) this.#pause.unref();
    });
    this.#pause = undefined;
  }
}
