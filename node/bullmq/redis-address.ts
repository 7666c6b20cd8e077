/** Where a Redis is, and how it is written down without secrets. */
import type { RedisOptions } from 'ioredis';

/** How to reach a Redis: `redis://host:6379/0`, `rediss://` for TLS, or the options of `ioredis`. */
export type RedisAddress = string | RedisOptions;

/** What an address says. */
export interface ParsedAddress {
  readonly options: RedisOptions;
  /** The address as a URL, without secrets; `undefined` where no URL says it, as of Sentinels and sockets of files. */
  readonly url: string | undefined;
  /** For messages: `host:6379`. */
  readonly name: string;
  /** What stands after `?`. */
  readonly query: URLSearchParams;
}

const DEFAULT_PORT = 6379;

/**
 * Reads an address. A user name and a password that it does not have come from the environment:
 * `SOMEN_REDIS_USERNAME`, `SOMEN_REDIS_PASSWORD`.
 *
 * @throws {TypeError} where it is no URL of `redis:` or `rediss:`.
 */
export function parseAddress(address: RedisAddress): ParsedAddress {
  if (typeof address !== 'string') return describeOptions(withSecrets(address), new URLSearchParams());
  let url;
  try {
    url = new URL(address);
  } catch {
    throw new TypeError(`Cannot use '${address}' as a Redis: it is no URL. Write redis://host:6379/0`);
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:')
    throw new TypeError(`Cannot use '${withoutSecrets(url)}' as a Redis: it is no URL of redis: or rediss:`);
  const options: RedisOptions = {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1',
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    db: databaseOf(url),
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' && { tls: {} }),
  };
  return describeOptions(withSecrets(options), url.searchParams);
}

function databaseOf(url: URL): number {
  const path = url.pathname.replace(/^\//, '');
  if (/^\d*$/.test(path)) return Number(path);
  throw new TypeError(`Cannot use '${withoutSecrets(url)}' as a Redis: '${path}' is no number of a database`);
}

function withoutSecrets(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function withSecrets(options: RedisOptions): RedisOptions {
  const { SOMEN_REDIS_USERNAME: username, SOMEN_REDIS_PASSWORD: password } = process.env;
  // Not one without the other: the password of one user would be tried for another.
  if (options.password !== undefined || options.username !== undefined || password === undefined) return options;
  return { ...options, password, ...(username !== undefined && { username }) };
}

function describeOptions(options: RedisOptions, query: URLSearchParams): ParsedAddress {
  const { host = '127.0.0.1', port = DEFAULT_PORT, path, sentinels, tls, db = 0 } = options;
  if (sentinels !== undefined || path !== undefined || options.Connector !== undefined)
    return { options, url: undefined, name: path ?? options.name ?? 'Redis', query };
  const shown = host.includes(':') ? `[${host}]` : host;
  return { options, url: `${tls ? 'rediss' : 'redis'}://${shown}:${port}/${db}`, name: `${shown}:${port}`, query };
}
