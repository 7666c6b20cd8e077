/** Reads a stream in Redis as it grows. What came while the connection was away is read when it is back. */
import type { Redis } from 'ioredis';

import { heard } from './queue-redis.ts';

/** How long Redis may wait for news before it answers, in milliseconds: a connection that is silent for longer is dead. */
const BLOCK = 5000;
/** How long to wait after a failure, in milliseconds. */
const RETRY_DELAY = 200;
/** So many entries are read at a time. */
const COUNT = 500;

/** The fields of an entry, by name. */
export type StreamEntry = ReadonlyMap<string, Buffer>;

/** See above. It reads with a connection of its own, which waits for Redis most of the time. */
export class StreamReader {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #take: (entries: readonly StreamEntry[]) => void;
  #last: string;
  #isClosed = false;

  /** `from`: the id after which entries are taken; `$` for what comes from now on. */
  constructor(redis: Redis, key: string, from: string, take: (entries: readonly StreamEntry[]) => void) {
    this.#redis = redis;
    this.#key = key;
    this.#last = from;
    this.#take = take;
    void this.#read();
  }

  /** The id of the last entry that was taken. */
  get last(): string {
    return this.#last;
  }

  async #read(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const found = await this.#next();
        if (this.#isClosed || found.length === 0) continue;
        this.#last = found.at(-1)?.id ?? this.#last;
        this.#take(found.map(({ fields }) => fields));
      } catch {
        // The connection comes back, or is closed. `ioredis` tells its listeners why it went.
        if (!this.#isClosed) await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
      }
    }
  }

  async #next(): Promise<readonly { readonly id: string; readonly fields: StreamEntry }[]> {
    const args = ['COUNT', COUNT, 'BLOCK', BLOCK, 'STREAMS', this.#key, this.#last] as const;
    const reply = await heard(this.#redis, this.#redis.xreadBuffer(...args));
    return (reply?.[0]?.[1] ?? []).map(([id, flat]) => {
      const fields = new Map<string, Buffer>();
      for (let at = 0; at < flat.length; at += 2) fields.set(String(flat[at]), flat[at + 1] as Buffer);
      return { id: id.toString(), fields };
    });
  }

  close(): void {
    this.#isClosed = true;
  }
}
