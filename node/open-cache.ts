/** Caches by their URLs: what a pilot, a worker of a queue or a file of profiles can be told in a line. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Cache } from '../core/cache.ts';
import { httpCache } from '../core/http-cache.ts';
import { messageOf } from '../core/warnings.ts';
import { fileCache } from './file-cache.ts';

/** Opens the cache at a URL of one scheme. */
type OpenUrl = (url: URL) => Cache | Promise<Cache>;

/** By scheme. Secrets come from the environment. */
const SCHEMES: Readonly<Record<string, OpenUrl>> = {
  'file:': (url) => fileCache(fileURLToPath(url)),
  'http:': openHttp,
  'https:': openHttp,
  'redis:': openRedis,
  'rediss:': openRedis,
};

/**
 * Opens the cache at a URL, as `Cache.url` tells it: `file:///folder` (`file:folder` is taken from the current directory),
 * one of `http:` or `https:`, for `httpCache`, or `redis://host:6379/0?prefix=somen`, for `redisCache` of `somen/bullmq`
 * (`rediss:` for TLS; it needs the package `ioredis`). A URL holds no secrets: the environment variable
 * `SOMEN_CACHE_TOKEN` is sent to a server of HTTP as a Bearer token, `SOMEN_REDIS_PASSWORD` and `SOMEN_REDIS_USERNAME` to
 * Redis.
 *
 * @example
 * ```ts
 * const cache = await openCache('https://cache.example.org/somen');
 * await run(workflow, { cache });
 * ```
 *
 * @throws (rejects) TypeError where it is no URL, or of no scheme that is known, or holds a password
 */
export async function openCache(url: string): Promise<Cache> {
  const parsed = parse(url);
  const shown = withoutSecrets(parsed);
  if (parsed.password !== '')
    throw new TypeError(
      `Cannot open the cache ${shown}: a password stands in its URL. Set ${secretOf(parsed)} instead`,
    );
  const open = SCHEMES[parsed.protocol];
  if (open === undefined)
    throw new TypeError(
      `Cannot open the cache ${shown}: there are caches at ${Object.keys(SCHEMES).join(', ')}, none at ${parsed.protocol}`,
    );
  try {
    return await open(parsed);
  } catch (error) {
    throw new TypeError(`Cannot open the cache ${shown}: ${messageOf(error)}`, { cause: error });
  }
}

/** @throws TypeError where it is none */
function parse(url: string): URL {
  try {
    // With a folder to start from, what follows `file:` may be relative.
    if (url.startsWith('file:')) return new URL(url, pathToFileURL(`${process.cwd()}/`));
    return new URL(url);
  } catch {
    throw new TypeError(`Cannot open the cache '${url}': it is no URL. Write file:${url} for a folder`);
  }
}

function openHttp(url: URL): Cache {
  const token = process.env['SOMEN_CACHE_TOKEN'];
  return httpCache(url.href, token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } });
}

/** Only then, as it needs `ioredis`, which not everybody has. */
async function openRedis(url: URL): Promise<Cache> {
  const { redisCache } = await import('./bullmq/redis-cache.ts');
  return redisCache(url.href);
}

/** The variable in which the secret of a cache belongs. */
function secretOf({ protocol }: URL): string {
  return protocol.startsWith('http') ? 'SOMEN_CACHE_TOKEN' : 'SOMEN_REDIS_PASSWORD';
}

function withoutSecrets(url: URL): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}
