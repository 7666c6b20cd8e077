/**
 * A history in a folder: each session is a file of JSON lines, `history/<session>.jsonl`. Each process writes its own
 * sessions, so any number of them share the folder; a line that a crash left half-written is not read.
 */
import { createReadStream } from 'node:fs';
import { appendFile, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { SomenError } from '../core/errors.ts';
import type { FollowedEntry, History, HistoryEntry } from '../core/history.ts';
import { isMissing } from './file-errors.ts';
import { makeFolder } from './make-folder.ts';
import { FolderFollower } from './history-follower.ts';
import { LineReader, SUFFIX } from './history-lines.ts';

/** Options of {@link fileHistory}. */
export interface FileHistoryOptions {
  /** How many sessions are kept; the oldest are removed when a new one begins. @default 1000 */
  readonly maxSessions?: number;
}

const DEFAULT_MAX_SESSIONS = 1000;

/** Entries that are made text and written at once: a few milliseconds' work. */
const BATCH = 2000;

const SESSION_ID = /^[\w-]{1,100}$/;

/**
 * Keeps what happens in runs in a folder, `history` within that of a cache. `append` costs next to nothing: entries are
 * written by and by, many at once, and `close` waits for them. A crash costs the last few.
 *
 * `append` returns a promise that rejects with a `SomenError` of code `ERR_HISTORY` where they cannot be written; who
 * does not look at it goes on undisturbed.
 *
 * @param directory The cache's folder; a relative one is taken from the current directory, now.
 * @throws {RangeError} where `maxSessions` is not a whole number from 1 up.
 * @example
 * ```ts
 * for await (const job of jobDatabase(fileHistory('.somen')).jobs({ failed: true })) console.log(job.task, job.error);
 * ```
 */
export function fileHistory(directory: string, options: FileHistoryOptions = {}): History {
  return new FileHistory(join(resolve(directory), 'history'), options.maxSessions ?? DEFAULT_MAX_SESSIONS);
}

/** Entries that wait to be written, and the promise that they will be. */
interface Waiting {
  readonly session: string;
  readonly entries: HistoryEntry[];
  readonly written: Outcome;
}

/** A promise, and what settles it. */
interface Outcome {
  readonly promise: Promise<void>;
  readonly fulfil: () => void;
  readonly reject: (error: unknown) => void;
}

class FileHistory implements History {
  readonly name: string;
  readonly #directory: string;
  readonly #maxSessions: number;
  /** In the order in which they came. */
  readonly #waiting: Waiting[] = [];
  /** Sessions that this object has written to. */
  readonly #begun = new Set<string>();
  /** Those whose last line may be half of one. */
  readonly #torn = new Set<string>();
  #writing: Promise<void> | undefined;

  constructor(directory: string, maxSessions: number) {
    if (!Number.isInteger(maxSessions) || maxSessions < 1)
      throw new RangeError(`Cannot create a history: maxSessions is ${maxSessions}, not a whole number from 1 up`);
    this.name = `file:${directory}`;
    this.#directory = directory;
    this.#maxSessions = maxSessions;
  }

  append(session: string, entries: readonly HistoryEntry[]): Promise<void> {
    const last = this.#waiting.at(-1);
    if (last?.session === session && last.entries.length < BATCH) {
      for (const entry of entries) last.entries.push(entry);
      return last.written.promise;
    }
    const waiting: Waiting = { session: checkSession(session), entries: [...entries], written: newOutcome() };
    // Known to have a handler: history that cannot be written must not end the process.
    waiting.written.promise.catch(() => undefined);
    this.#waiting.push(waiting);
    this.#writing ??= this.#writeAll();
    return waiting.written.promise;
  }

  /** One batch after the other; what comes meanwhile makes the next one. */
  async #writeAll(): Promise<void> {
    // Not in the turn in which the first entry came: that one belongs to jobs.
    await new Promise((next) => setImmediate(next));
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) {
      const { session, entries, written } = batch;
      await this.#write(session, entries).then(written.fulfil, written.reject);
    }
    this.#writing = undefined;
  }

  async #write(session: string, entries: readonly HistoryEntry[]): Promise<void> {
    let text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    // What follows half a line must not become part of it.
    if (this.#torn.delete(session)) text = `\n${text}`;
    try {
      await this.#append(session, text).catch(async (error: unknown) => {
        // Somebody removed the folder after this history had made it: `rm -r .somen` during a run.
        if (!isMissing(error)) throw error;
        this.#begun.delete(session);
        await this.#append(session, text);
      });
    } catch (error) {
      this.#torn.add(session);
      throw new SomenError(
        'ERR_HISTORY',
        `Cannot write the history '${this.#path(session)}': ${(error as Error).message}. Choose a folder that can be written, or free some space there`,
        { cause: error },
      );
    }
  }

  async #append(session: string, text: string): Promise<void> {
    await this.#begin(session);
    await appendFile(this.#path(session), text);
  }

  async #begin(session: string): Promise<void> {
    if (this.#begun.has(session)) return;
    await makeFolder(this.#directory);
    this.#begun.add(session);
    const others = (await this.sessions()).filter((other) => !this.#begun.has(other));
    const surplus = others.length + this.#begun.size - this.#maxSessions;
    for (const old of others.slice(0, Math.max(surplus, 0))) await this.remove(old);
  }

  async sessions(): Promise<readonly string[]> {
    const names = await readdir(this.#directory).catch(() => []);
    return names
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
      .filter((session) => SESSION_ID.test(session))
      .sort();
  }

  async *read(session: string): AsyncGenerator<HistoryEntry, void, undefined> {
    await this.close();
    const lines = new LineReader();
    try {
      for await (const chunk of createReadStream(this.#path(session))) yield* lines.take(chunk as Buffer);
    } catch (error) {
      if (isMissing(error)) return;
      throw new SomenError(
        'ERR_HISTORY',
        `Cannot read the history '${this.#path(session)}': ${(error as Error).message}`,
        { cause: error },
      );
    }
  }

  follow(signal: AbortSignal): AsyncIterable<FollowedEntry> {
    return new FolderFollower(this.#directory, signal).read();
  }

  async remove(session: string): Promise<void> {
    await rm(this.#path(session), { force: true });
  }

  /** Waits until everything is written. */
  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  #path(session: string): string {
    return join(this.#directory, `${checkSession(session)}${SUFFIX}`);
  }
}

/** A session's id becomes a file's name. */
function checkSession(session: string): string {
  if (SESSION_ID.test(session)) return session;
  throw new RangeError(
    `Cannot use the session id '${session.slice(0, 120)}': it must be up to 100 letters, digits, '-' and '_'`,
  );
}

function newOutcome(): Outcome {
  let fulfil: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((done, failed) => {
    fulfil = done;
    reject = failed;
  });
  return { promise, fulfil, reject };
}
