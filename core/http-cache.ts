/**
 * A cache behind HTTP: `GET`, `PUT` and `DELETE` of `/ac/<key>` and `/cas/<digest>`, as Bazel's remote cache has them. So
 * nginx, an object store, a Bazel cache server or a folder on a static host will do. What comes is verified by core.
 */
import { checkEntry, type Awaitable, type Cache, type CacheMap } from './cache.ts';
import { SomenError } from './errors.ts';
import { Lanes } from './lanes.ts';

/** Header fields by name. */
type HeaderFields = Readonly<Record<string, string>>;

/** Options of {@link httpCache}. */
export interface HttpCacheOptions {
  /** Sent with each request: a token, say. A function is asked each time. @default none */
  readonly headers?: HeaderFields | (() => Awaitable<HeaderFields>);
  /** Whether results are written. `false` for what others fill: a demo's results on a static host. @default true */
  readonly write?: boolean;
  /** How long to wait for an answer, in milliseconds. @default 10000 */
  readonly timeout?: number;
  /**
   * How long the server is left alone after it did not answer, or failed, in milliseconds. Nothing is found or stored
   * meanwhile, so a dead server costs one time-out, and not one for each job. @default 30000
   */
  readonly retryAfter?: number;
  /** How many requests are under way at the same time at most. @default 32 */
  readonly maxRequests?: number;
}

const DEFAULT_TIMEOUT = 10_000;
const DEFAULT_RETRY_AFTER = 30_000;
const DEFAULT_MAX_REQUESTS = 32;

/** There is no such entry. An object store that may not be listed says that it is forbidden. */
const MISSING: ReadonlySet<number> = new Set([403, 404, 410]);
/** The server takes no writes, or not from us. */
const READ_ONLY: ReadonlySet<number> = new Set([401, 403, 405, 501]);

/** The server takes writes, but not so large ones: it is not down. */
const TOO_LARGE = 413;

/**
 * Remembers results on a server, for all who can reach it. Put one nearer before it: `tiered(fileCache('.somen'),
 * httpCache(url))`.
 *
 * `get` and `put` reject with a `SomenError` of code `ERR_CACHE` where the server fails or does not answer, once until
 * `retryAfter` is over; and where it takes no writes, once. A run tells so, and goes on.
 *
 * In a page of another origin, the server must allow it (CORS): `Access-Control-Allow-Origin` on every answer, that a file
 * is missing included. Before a `PUT`, a `DELETE` or a request with `headers`, browsers ask with `OPTIONS`; the answer
 * needs `Access-Control-Allow-Methods: GET, PUT, DELETE` and the headers' names in `Access-Control-Allow-Headers`
 * (`Authorization` by its name, `*` is not enough), and `Access-Control-Max-Age` spares asking again. A static host that
 * is only read needs the first of these, and nothing where it is of the page's own origin.
 *
 * @param url Where `ac/` and `cas/` are.
 * @throws {TypeError} where `url` is not one of `http:` or `https:`, or holds a password.
 * @throws {RangeError} where a time is not a number above 0, or `maxRequests` not a whole number from 1 up.
 * @example
 * ```ts
 * await run(workflow, { cache: httpCache('https://cache.example.org/somen', { headers: { Authorization: `Bearer ${token}` } }) });
 * await run(demo, { cache: httpCache('results/', { write: false }) }); // in a page: beside it
 * ```
 */
export function httpCache(url: string, options: HttpCacheOptions = {}): Cache {
  return new HttpCache(url, options);
}

class HttpCache implements Cache {
  readonly name: string;
  readonly #base: string;
  readonly #headers: NonNullable<HttpCacheOptions['headers']>;
  readonly #lanes: Lanes;
  readonly #timeout: number;
  readonly #retryAfter: number;
  #writes: boolean;
  /** Until when the server is left alone. */
  #downUntil = 0;

  constructor(url: string, options: HttpCacheOptions) {
    const { headers = {}, write = true, maxRequests = DEFAULT_MAX_REQUESTS } = options;
    if (!Number.isInteger(maxRequests) || maxRequests < 1)
      throw new RangeError(
        `Cannot use a cache behind HTTP: current value of maxRequests is ${maxRequests}, it must be a whole number from 1`,
      );
    this.#lanes = new Lanes(maxRequests);
    this.#base = baseOf(url);
    this.name = `http:${this.#base}`;
    this.#headers = headers;
    this.#writes = write;
    this.#timeout = positive('timeout', options.timeout ?? DEFAULT_TIMEOUT);
    this.#retryAfter = positive('retryAfter', options.retryAfter ?? DEFAULT_RETRY_AFTER);
  }

  /** None where nothing is written, or the server has refused to: what is put does not get there. */
  get url(): string | undefined {
    return this.#writes ? this.#base : undefined;
  }

  async get(map: CacheMap, name: string): Promise<Uint8Array | undefined> {
    checkEntry(map, name);
    return this.#lanes.run(() => this.#get(map, name));
  }

  async #get(map: CacheMap, name: string): Promise<Uint8Array | undefined> {
    if (this.#isDown) return undefined;
    const response = await this.#request('GET', map, name);
    if (response.ok) return this.#bytesOf(response, map, name);
    await drain(response);
    if (MISSING.has(response.status)) return undefined;
    throw this.#failure(`Cannot read ${this.#address(map, name)}`, `the server answered ${response.status}`);
  }

  async put(map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    checkEntry(map, name);
    return this.#lanes.run(() => this.#put(map, name, bytes));
  }

  async #put(map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    if (this.#isDown || !this.#writes) return;
    const { ok, status } = await this.#send('PUT', map, name, bytes);
    if (ok) return;
    if (status === TOO_LARGE) {
      const what = `Cannot write ${this.#address(map, name)}`;
      const remedy = 'Let it take 5 MiB (nginx: client_max_body_size)';
      throw new SomenError('ERR_CACHE', `${what}: the server takes no ${bytes.byteLength} bytes. ${remedy}`);
    }
    if (READ_ONLY.has(status)) {
      this.#writes = false;
      throw new SomenError(
        'ERR_CACHE',
        `Cannot write to the cache ${this.#base}: the server answered ${status}. Give it { write: false }, or headers that may write; no more is tried`,
      );
    }
    throw this.#failure(`Cannot write ${this.#address(map, name)}`, `the server answered ${status}`);
  }

  /** A server that removes nothing keeps a damaged entry, which is found damaged again. */
  async delete(map: CacheMap, name: string): Promise<void> {
    checkEntry(map, name);
    await this.#lanes.run(async () => {
      if (!this.#isDown && this.#writes) await this.#send('DELETE', map, name);
    });
  }

  get #isDown(): boolean {
    return this.#downUntil > performance.now();
  }

  #address(map: CacheMap, name: string): string {
    return `${this.#base}${map}/${name}`;
  }

  /** A request whose answer is its status. */
  async #send(method: string, map: CacheMap, name: string, body?: Uint8Array): Promise<Response> {
    const response = await this.#request(method, map, name, body);
    await drain(response);
    return response;
  }

  async #request(method: string, map: CacheMap, name: string, body?: Uint8Array): Promise<Response> {
    const headers = typeof this.#headers === 'function' ? await this.#headers() : this.#headers;
    const send = (): Promise<Response> =>
      fetch(this.#address(map, name), {
        method,
        headers: { ...headers },
        signal: AbortSignal.timeout(this.#timeout),
        ...(body && { body }),
      });
    try {
      // A second try: a server may close a connection in the moment in which it is used again.
      return await send().catch((error: unknown) => (isTimeout(error) ? Promise.reject(error as Error) : send()));
    } catch (error) {
      throw this.#failure(`Cannot reach the cache ${this.#base}`, reasonOf(error, this.#timeout), error);
    }
  }

  async #bytesOf(response: Response, map: CacheMap, name: string): Promise<Uint8Array> {
    try {
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw this.#failure(`Cannot read ${this.#address(map, name)}`, reasonOf(error, this.#timeout), error);
    }
  }

  #failure(what: string, why: string, cause?: unknown): SomenError {
    this.#downUntil = performance.now() + this.#retryAfter;
    const message = `${what}: ${why}. It is left alone for ${this.#retryAfter / 1000} s`;
    return new SomenError('ERR_CACHE', message, cause === undefined ? undefined : { cause });
  }
}

/** Reads what is not wanted: until then the connection serves no other request. */
async function drain(response: Response): Promise<void> {
  await response.arrayBuffer().catch(() => undefined);
}

/** With a slash at its end; in a page, it may be relative to that. */
function baseOf(url: string): string {
  const { location } = globalThis as { location?: { readonly href: string } };
  let base;
  try {
    base = new URL(url.endsWith('/') ? url : `${url}/`, location?.href);
  } catch {
    throw new TypeError(`Cannot use '${url}' as a cache: it is no URL`);
  }
  if (base.protocol !== 'http:' && base.protocol !== 'https:')
    throw new TypeError(`Cannot use '${url}' as a cache: it is no URL of http: or https:`);
  // `fetch` takes none, and they would stand in messages and histories.
  if (base.username !== '' || base.password !== '')
    throw new TypeError(
      `Cannot use a cache at ${base.host}: the URL holds a user or a password. Give headers: { Authorization: ... }`,
    );
  return base.href;
}

function positive(what: string, value: number): number {
  if (value > 0) return value;
  throw new RangeError(`Cannot use a cache behind HTTP: current value of ${what} is ${value}, it must be above 0`);
}

function isTimeout(error: unknown): boolean {
  return (error as { name?: unknown }).name === 'TimeoutError';
}

function reasonOf(error: unknown, timeout: number): string {
  const { message, cause } = error as { message?: unknown; cause?: { message?: unknown } };
  if (isTimeout(error)) return `it did not answer within ${timeout} ms`;
  return String(cause?.message ?? message ?? error);
}
