/** Where a worker of a queue finds the values of clients, and stores their results. */
import type { Cache } from '../../core/cache.ts';
import type { WorkerStore } from '../../core/worker-protocol.ts';
import { messageOf } from '../../core/warnings.ts';
import { openCache } from '../open-cache.ts';
import { folderUrl } from '../pilot/module-roots.ts';
import type { QueueJobData } from './queue-message.ts';
import { QueueValues } from './queue-values.ts';
import type { JobPlace } from './worker-job.ts';

/** Results whose encodings are shorter than this, in bytes, are told as well as stored. */
const THRESHOLD = 16_384;
/** The places of so many clients are known: the latest ones. */
const MAX_PLACES = 256;

/** What {@link ClientPlaces} works with. */
export interface ClientPlacesOptions {
  /** Values in the queue's Redis. */
  readonly passing: Cache;
  /** The URL of the clients' cache, where it is another one here. @default what clients say */
  readonly cache: string | undefined;
  /** Takes what the operator should know. */
  readonly say: (text: string) => void;
}

/** See above. Clients that share a cache share what is open of it. */
export class ClientPlaces {
  readonly #options: ClientPlacesOptions;
  readonly #places = new Map<string, Promise<JobPlace>>();
  /** Caches by their URLs. */
  readonly #caches = new Map<string, Promise<Cache>>();
  /** What was said, so that it is said once. */
  readonly #said = new Set<string>();

  constructor(options: ClientPlacesOptions) {
    this.#options = options;
  }

  /** The place of the client that has sent this. */
  of(data: QueueJobData): Promise<JobPlace> {
    const key = JSON.stringify([data.root, data.cache]);
    const place = this.#places.get(key) ?? this.#make(key, data);
    // The latest one is last.
    this.#places.delete(key);
    this.#places.set(key, place);
    for (const oldest of this.#places.keys()) {
      if (this.#places.size <= MAX_PLACES) break;
      this.#places.delete(oldest);
    }
    return place;
  }

  async #make(key: string, { root, cache: told }: QueueJobData): Promise<JobPlace> {
    const here = folderUrl(process.cwd());
    const url = this.#options.cache ?? told?.url;
    const cache = told === undefined || url === undefined ? undefined : await this.#reached(url, told.probe);
    // What is not reached now may be reached by the time of the next job.
    if (told !== undefined && cache === undefined) this.#places.delete(key);
    const store: WorkerStore | undefined =
      cache === undefined || url === undefined ? undefined : { cache: url, threshold: THRESHOLD, keepsAll: true };
    return {
      values: new QueueValues(this.#options.passing, cache),
      store,
      root: root === here ? undefined : root,
    };
  }

  /** The cache at a URL, if it is the client's: it has what the client has just put there. */
  async #reached(url: string, probe: string): Promise<Cache | undefined> {
    try {
      const cache = await this.#open(url);
      if ((await cache.get('cas', probe)) !== undefined) return cache;
      this.#say(`The cache ${url} is not the one of a client: results are sent to it. See --cache`);
    } catch (error) {
      this.#say(`Cannot use the cache of a client: ${messageOf(error)}. Results are sent to it. See --cache`);
    }
    return undefined;
  }

  #open(url: string): Promise<Cache> {
    const known = this.#caches.get(url);
    if (known !== undefined) return known;
    const opening = openCache(url);
    this.#caches.set(url, opening);
    opening.catch(() => this.#caches.delete(url));
    return opening;
  }

  #say(text: string): void {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.#options.say(text);
  }

  /** Ends connections. */
  async close(): Promise<void> {
    const caches = await Promise.allSettled(this.#caches.values());
    for (const opened of caches) if (opened.status === 'fulfilled') await opened.value.close?.();
  }
}
