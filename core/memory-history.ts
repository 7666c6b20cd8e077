/** A history in the memory of one thread: for pages, tests, and short-lived programs. */
import type { FollowedEntry, History, HistoryEntry } from './history.ts';

/** Options of {@link memoryHistory}. */
export interface MemoryHistoryOptions {
  /** How many sessions are kept; the oldest go first. @default 100 */
  readonly maxSessions?: number;
  /**
   * How many entries are kept in all, about 500 bytes each. When there are more, the oldest sessions go, and at last
   * the older half of the only one, but for its first entry.
   * @default 100_000
   */
  readonly maxEntries?: number;
}

const DEFAULT_MAX_SESSIONS = 100;
const DEFAULT_MAX_ENTRIES = 100_000;

/**
 * Keeps what happens in runs in memory, until the thread ends.
 *
 * @throws {RangeError} where a bound is not a whole number from 1 up.
 * @example
 * ```ts
 * const history = memoryHistory();
 * await run(workflow, { cache: memoryCache(), history });
 * await jobDatabase(history).why(keyOf(add(1, 2)));
 * ```
 */
export function memoryHistory(options: MemoryHistoryOptions = {}): History {
  return new MemoryHistory(options);
}

class MemoryHistory implements History {
  readonly name = 'memory';
  readonly #maxSessions: number;
  readonly #maxEntries: number;
  readonly #sessions = new Map<string, HistoryEntry[]>();
  readonly #followers = new Set<Follower>();
  #entries = 0;

  constructor({ maxSessions = DEFAULT_MAX_SESSIONS, maxEntries = DEFAULT_MAX_ENTRIES }: MemoryHistoryOptions) {
    for (const [name, value] of Object.entries({ maxSessions, maxEntries }))
      if (!Number.isInteger(value) || value < 1)
        throw new RangeError(`Cannot create a history: ${name} is ${value}, not a whole number from 1 up`);
    this.#maxSessions = maxSessions;
    this.#maxEntries = maxEntries;
  }

  append(session: string, entries: readonly HistoryEntry[]): void {
    let kept = this.#sessions.get(session);
    if (kept === undefined) this.#sessions.set(session, (kept = []));
    for (const entry of entries) kept.push(entry);
    this.#entries += entries.length;
    for (const follower of this.#followers) for (const entry of entries) follower.push({ session, entry });
    this.#shrink(session);
  }

  async sessions(): Promise<readonly string[]> {
    return [...this.#sessions.keys()].sort();
  }

  async *read(session: string): AsyncGenerator<HistoryEntry, void, undefined> {
    // A copy: what is added or dropped meanwhile moves nothing.
    yield* this.#sessions.get(session)?.slice() ?? [];
  }

  follow(signal: AbortSignal): AsyncIterable<FollowedEntry> {
    const follower = new Follower(signal, () => this.#followers.delete(follower));
    if (!signal.aborted) this.#followers.add(follower);
    return follower.read();
  }

  remove(session: string): void {
    this.#entries -= this.#sessions.get(session)?.length ?? 0;
    this.#sessions.delete(session);
  }

  #shrink(current: string): void {
    while (this.#sessions.size > this.#maxSessions || this.#entries > this.#maxEntries) {
      const oldest = [...this.#sessions.keys()].filter((session) => session !== current).sort()[0];
      if (oldest === undefined) break;
      this.remove(oldest);
    }
    const kept = this.#sessions.get(current);
    if (kept === undefined || this.#entries <= this.#maxEntries) return;
    this.#entries -= kept.splice(1, Math.max(kept.length >>> 1, kept.length - this.#maxEntries)).length;
  }
}

/** Who reads entries as they are added. */
class Follower {
  readonly #signal: AbortSignal;
  readonly #ended: () => void;
  readonly #entries: FollowedEntry[] = [];
  #wake: (() => void) | undefined;

  constructor(signal: AbortSignal, ended: () => void) {
    this.#signal = signal;
    this.#ended = ended;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => this.#wake?.();

  push(entry: FollowedEntry): void {
    this.#entries.push(entry);
    this.#wake?.();
  }

  async *read(): AsyncGenerator<FollowedEntry, void, undefined> {
    try {
      while (!this.#signal.aborted) {
        yield* this.#entries.splice(0);
        if (this.#entries.length === 0 && !this.#signal.aborted)
          await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#signal.removeEventListener('abort', this.#onAbort);
      this.#ended();
    }
  }
}
