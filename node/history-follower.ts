import { readdirSync, statSync, watch, type FSWatcher } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { FollowedEntry } from '../core/history.ts';
import { LineReader, SUFFIX } from './history-lines.ts';

/** How often, in milliseconds, all files are looked at: `fs.watch` is silent on some network disks. */
const POLL_MS = 1000;

/** Bytes that are read at once. */
const CHUNK = 1_048_576;

/** How far a file was read. */
interface Place {
  position: number;
  readonly lines: LineReader;
}

/** Tells of lines that are added to the files of a folder, by whomever. The folder need not be there yet. */
export class FolderFollower {
  readonly #directory: string;
  readonly #signal: AbortSignal;
  readonly #places = new Map<string, Place>();
  /** Files that have changed, by what the system says. */
  readonly #changed = new Set<string>();
  #watcher: FSWatcher | undefined;
  #isDue = false;
  #wake: (() => void) | undefined;

  /** From now on: so what is there is noted at once. */
  constructor(directory: string, signal: AbortSignal) {
    this.#directory = directory;
    this.#signal = signal;
    for (const file of filesIn(directory)) {
      const position = statSync(join(directory, file), { throwIfNoEntry: false })?.size ?? 0;
      this.#places.set(file, { position, lines: new LineReader() });
    }
    this.#watch();
  }

  async *read(): AsyncGenerator<FollowedEntry, void, undefined> {
    const poll = setInterval(() => this.#tick(), POLL_MS);
    const wake = (): void => this.#wake?.();
    this.#signal.addEventListener('abort', wake, { once: true });
    try {
      while (!this.#signal.aborted) {
        for (const file of await this.#due()) yield* this.#news(file);
        if (!this.#isDue && this.#changed.size === 0 && !this.#signal.aborted)
          await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      clearInterval(poll);
      this.#signal.removeEventListener('abort', wake);
      this.#watcher?.close();
    }
  }

  #watch(): void {
    if (this.#watcher !== undefined || this.#signal.aborted) return;
    try {
      this.#watcher = watch(this.#directory, (_event, file) => this.#notice(file));
      // Who never reads what it follows may end all the same.
      this.#watcher.unref();
      this.#watcher.on('error', () => this.#unwatch());
    } catch {
      // No such folder yet, or no watching there: the poll serves.
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #notice(file: string | null): void {
    if (file === null) this.#isDue = true;
    else if (file.endsWith(SUFFIX)) this.#changed.add(file);
    this.#wake?.();
  }

  #tick(): void {
    this.#watch();
    this.#isDue = true;
    this.#wake?.();
  }

  /** The files to be looked at, the oldest session first. */
  async #due(): Promise<readonly string[]> {
    const changed = [...this.#changed];
    const all = this.#isDue;
    this.#changed.clear();
    this.#isDue = false;
    if (!all) return changed.sort();
    const names = await readdir(this.#directory).catch(() => []);
    return names.filter((name) => name.endsWith(SUFFIX)).sort();
  }

  async *#news(file: string): AsyncGenerator<FollowedEntry, void, undefined> {
    const path = join(this.#directory, file);
    const session = file.slice(0, -SUFFIX.length);
    let place = this.#places.get(file);
    if (place === undefined) this.#places.set(file, (place = { position: 0, lines: new LineReader() }));
    const { size = 0 } = (await stat(path).catch(() => undefined)) ?? {};
    while (place.position < size) {
      const bytes = await readPart(path, place.position, Math.min(CHUNK, size - place.position));
      if (bytes.length === 0) return;
      place.position += bytes.length;
      for (const entry of place.lines.take(bytes)) yield { session, entry };
    }
  }
}

/** A part of a file, nothing where it is gone. */
async function readPart(path: string, position: number, length: number): Promise<Buffer> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return Buffer.alloc(0);
  try {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(length), position });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith(SUFFIX));
  } catch {
    return [];
  }
}
