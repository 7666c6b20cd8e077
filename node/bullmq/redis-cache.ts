/**
 * Entries and claims in Redis.
 *
 * ```
 * <prefix>:ac:<name>  <prefix>:cas:<name>   entries, as they are
 * <prefix>:index    all entries: '<map>:<name>:<size>', by when they were last written or used
 * <prefix>:bytes    the sum of the sizes in the index
 * <prefix>:claim:<key>   who computes that result; expires
 * ```
 *
 * Times are those of the server, so clocks of machines that share a cache may differ.
 */
import { Buffer } from 'node:buffer';
import type { Redis } from 'ioredis';

import { checkEntry, type Cache, type CacheEntry, type CacheMap, type Claim } from '../../core/cache.ts';
import { SomenError } from '../../core/errors.ts';
import { checkNames, type OptionNames } from '../../core/options.ts';
import { parseAddress, type ParsedAddress, type RedisAddress } from './redis-address.ts';
import { RedisClaims } from './redis-claims.ts';
import { INDEX, LIST, REMOVE, TOUCH } from './redis-cache-scripts.ts';
import { isRefusal, RedisLink } from './redis-link.ts';
import { runScript } from './redis-script.ts';

/** Options of {@link redisCache}. */
export interface RedisCacheOptions {
  /** What the names of all keys begin with. Caches of one prefix are one cache. @default 'somen' */
  readonly prefix?: string;
  /** For how long an entry stays after it was last written or used, in milliseconds. @default for ever */
  readonly ttl?: number;
  /**
   * How many bytes of entries to hold at most; what was not used for longest goes first. Each counts as its bytes and
   * 300 more. (Redis' own `maxmemory` stops writes, or, with other policies than `noeviction`, the queues beside it.)
   * @default no bound
   */
  readonly maxBytes?: number;
  /** How long an operation may take, with all tries to connect, in milliseconds. @default 5000 */
  readonly timeout?: number;
  /**
   * How long Redis is left alone after it could not be reached, in milliseconds. Nothing is found or stored meanwhile, so
   * one that is away costs one time-out, and not one for each job. @default 1000
   */
  readonly retryAfter?: number;
}

const DEFAULT_PREFIX = 'somen';
const DEFAULT_TIMEOUT = 5000;
const DEFAULT_RETRY_AFTER = 1000;
const OPTIONS: OptionNames<RedisCacheOptions> = {
  prefix: true,
  ttl: true,
  maxBytes: true,
  timeout: true,
  retryAfter: true,
};

/** What an entry takes beside its bytes: two keys and a place in the index, measured in Redis 7. */
const ENTRY_OVERHEAD = 300;
/** When an entry was used is noted again after this long, in milliseconds, at the earliest. */
const TOUCH_INTERVAL = 3_600_000;
/** So many entries are remembered as touched. */
const TOUCHED_AT_MOST = 100_000;
/** A content of this size or more, in bytes, is not sent if it is there. */
const LARGE = 65_536;

/**
 * Remembers results in Redis, for all processes that reach it, and tells them which results are being computed. Made for
 * small ones: everything stands in Redis' memory. For large ones put a folder or a server behind it, or instead.
 *
 * `get`, `put` and `claim` reject with a `SomenError` of code `ERR_CACHE` where Redis cannot be reached or refuses, once
 * until `retryAfter` is over. A run tells so, and goes on. The process does not stay for the connection.
 *
 * @param connection `redis://host:6379/0?prefix=somen`, or options of `ioredis`. User name and password may come from
 * the environment: `SOMEN_REDIS_USERNAME`, `SOMEN_REDIS_PASSWORD`.
 * @throws {TypeError} where `connection` is no address of a Redis, or there is no option of a name.
 * @throws {RangeError} where a number is not above 0.
 * @example
 * ```ts
 * import { redisCache } from 'somen/bullmq';
 * await run(workflow, { cache: redisCache('redis://127.0.0.1:6379', { maxBytes: 1e9 }) });
 * ```
 */
export function redisCache(connection: RedisAddress, options: RedisCacheOptions = {}): Cache {
  checkNames(options, OPTIONS, 'Cannot give redisCache the option');
  return new RedisCache(parseAddress(connection), options);
}

class RedisCache implements Cache {
  readonly name: string;
  readonly url: string | undefined;
  readonly #prefix: string;
  readonly #ttl: number | undefined;
  readonly #maxBytes: number | undefined;
  readonly #retryAfter: number;
  readonly #touchInterval: number;
  readonly #link: RedisLink;
  readonly #claims: RedisClaims;
  /** When this cache last told that an entry was used, by its key in Redis. */
  readonly #touched = new Map<string, number>();
  /** Until when Redis is left alone. */
  #downUntil = 0;

  constructor(address: ParsedAddress, options: RedisCacheOptions) {
    const prefix = options.prefix ?? address.query.get('prefix') ?? DEFAULT_PREFIX;
    const timeout = positive('timeout', options.timeout ?? DEFAULT_TIMEOUT);
    this.#prefix = prefix;
    this.#retryAfter = positive('retryAfter', options.retryAfter ?? DEFAULT_RETRY_AFTER);
    this.#ttl = options.ttl === undefined ? undefined : Math.ceil(positive('ttl', options.ttl));
    this.#maxBytes = options.maxBytes === undefined ? undefined : Math.floor(positive('maxBytes', options.maxBytes));
    this.#touchInterval = Math.min(TOUCH_INTERVAL, (this.#ttl ?? Infinity) / 10);
    this.name = `redis:${address.name}/${address.options.db ?? 0}/${prefix}`;
    if (address.url !== undefined) this.url = `${address.url}?prefix=${encodeURIComponent(prefix)}`;
    this.#link = new RedisLink({ address, timeout, code: 'ERR_CACHE' });
    this.#claims = new RedisClaims(this.#link, `${prefix}:claim:`, this.name);
  }

  async get(map: CacheMap, name: string): Promise<Uint8Array | undefined> {
    const bytes = await this.peek(map, name);
    if (bytes !== undefined) this.#touch(map, name, bytes.byteLength);
    return bytes;
  }

  async peek(map: CacheMap, name: string): Promise<Uint8Array | undefined> {
    checkEntry(map, name);
    if (this.#isDown) return undefined;
    const bytes = await this.#run('read from', (redis) => redis.getBuffer(this.#key(map, name)));
    return bytes === null ? undefined : ownBytes(bytes);
  }

  async put(map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    checkEntry(map, name);
    const size = bytes.byteLength;
    if (this.#isDown || size + ENTRY_OVERHEAD > (this.#maxBytes ?? Infinity)) return;
    await this.#run('write to', (redis) => this.#write(redis, map, name, bytes));
    this.#noteTouched(this.#key(map, name));
  }

  async #write(redis: Redis, map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    const key = this.#key(map, name);
    const size = bytes.byteLength;
    const ttl = this.#ttl ?? 0;
    const index = [`${this.#prefix}:`, map, name, size, ttl, this.#maxBytes ?? 0, ENTRY_OVERHEAD] as const;
    // Content of that name and length is there already, or damaged, and then core has it deleted before it writes.
    if (map === 'cas' && size >= LARGE && (await redis.strlen(key)) === size)
      return void (await runScript(redis, INDEX, [key], index));
    const writing = redis.multi().evalsha(INDEX.sha, 1, key, ...index);
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, size);
    const whole = ttl > 0 ? writing.set(key, data, 'PX', ttl) : writing.set(key, data);
    const [indexed, written] = (await whole.exec().catch(throwFirst)) ?? [];
    if (written?.[0] instanceof Error) throw written[0];
    if (indexed?.[0] instanceof Error) await runScript(redis, INDEX, [key], index);
  }

  async delete(map: CacheMap, name: string): Promise<void> {
    checkEntry(map, name);
    if (this.#isDown) return;
    const key = this.#key(map, name);
    this.#touched.delete(key);
    await this.#run('remove from', (redis) => runScript(redis, REMOVE, [key], [`${this.#prefix}:`, map, name]));
  }

  async *entries(map: CacheMap): AsyncGenerator<CacheEntry> {
    // Redis may list an entry twice when others come and go meanwhile.
    const listed = new Set<string>();
    for (let cursor = '0', isOver = false; !isOver; isOver = cursor === '0') {
      const page = await this.#run('list', (redis) =>
        runScript(redis, LIST, [`${this.#prefix}:index`], [`${this.#prefix}:`, map, cursor]),
      );
      const [next, ...items] = page as string[];
      cursor = next ?? '0';
      for (let at = 0; at < items.length; at += 3) {
        const [name = '', size, used] = items.slice(at, at + 3);
        if (listed.has(name)) continue;
        listed.add(name);
        yield { map, name, size: Number(size), used: Number(used) };
      }
    }
  }

  async claim(key: string): Promise<Claim | undefined> {
    checkEntry('ac', key);
    // A claim that cannot be had counts as had: a run does not wait for each of its calls.
    if (this.#isDown) throw new SomenError('ERR_CACHE', `Cannot claim a result in the cache ${this.name}: it was away`);
    return this.#noticing(() => this.#claims.take(key));
  }

  close(): void {
    this.#claims.rest();
    this.#link.close();
    this.#downUntil = 0;
  }

  #run<T>(what: string, work: (redis: Redis) => Promise<T>): Promise<T> {
    return this.#noticing(() => this.#link.run(`Cannot ${what} the cache ${this.name}`, work));
  }

  /** Where Redis cannot be reached, it is left alone for a while. */
  async #noticing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isRefusal(error)) this.#downUntil = performance.now() + this.#retryAfter;
      throw error;
    }
  }

  #key(map: CacheMap, name: string): string {
    return `${this.#prefix}:${map}:${name}`;
  }

  /** Notes that an entry was used, now and then; nobody waits for it. */
  #touch(map: CacheMap, name: string, size: number): void {
    const key = this.#key(map, name);
    if (performance.now() - (this.#touched.get(key) ?? -Infinity) < this.#touchInterval) return;
    this.#noteTouched(key);
    const args = [`${this.#prefix}:`, `${map}:${name}:${size}`, this.#ttl ?? 0];
    this.#link.run('', (redis) => runScript(redis, TOUCH, [key], args)).catch(() => undefined);
  }

  #noteTouched(key: string): void {
    if (this.#touched.size >= TOUCHED_AT_MOST) this.#touched.clear();
    this.#touched.set(key, performance.now());
  }

  get #isDown(): boolean {
    return this.#downUntil > performance.now();
  }
}

/** A transaction that was given up says that it was; why, the errors of its commands say. */
function throwFirst(error: Error & { readonly previousErrors?: readonly Error[] }): never {
  throw error.previousErrors?.[0] ?? error;
}

function ownBytes(buffer: Buffer): Uint8Array {
  // A small answer is a view of the socket's buffer, which would stay as long as the entry.
  return buffer.byteLength === buffer.buffer.byteLength
    ? new Uint8Array(buffer.buffer, 0, buffer.byteLength)
    : new Uint8Array(buffer);
}

function positive(what: string, value: number): number {
  if (value > 0) return value;
  throw new RangeError(`Cannot use a cache in Redis: current value of ${what} is ${value}, it must be above 0`);
}
