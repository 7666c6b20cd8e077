/** Caches by their URLs: which ones have one, and that what is opened by it is the same cache. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  digest,
  fileCache,
  httpCache,
  memoryCache,
  openCache,
  staticFolder,
  tiered,
  type Cache,
  type CacheMap,
} from 'somen/node';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from './support/pool.ts';

const NAME = digest('somen');
const BYTES = new TextEncoder().encode('bytes');
const REMOTE = 'https://cache.example.org/somen';

/** A cache on a server that keeps what it is given, and the headers of its requests. */
async function serve(): Promise<{ url: string; tokens: (string | undefined)[] }> {
  const kept = new Map<string, Buffer>();
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers.authorization);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      if (request.method === 'PUT') kept.set(path, Buffer.concat(chunks));
      response.writeHead(kept.has(path) ? 200 : 404).end(kept.get(path));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, tokens };
}

/** Whether what was put in one of them is found in the other. */
async function isShared(cache: Cache, other: Cache): Promise<boolean> {
  await cache.put('cas', NAME, BYTES);
  await cache.close?.();
  const found = await other.get('cas', NAME);
  await other.close?.();
  return found !== undefined && Buffer.from(found).equals(BYTES);
}

describe('Cache.url', () => {
  test('url of a file cache is that of its folder', () => {
    expect(fileCache('/data/a b').url).toBe('file:///data/a%20b');
    expect(fileCache('.somen').url).toBe(pathToFileURL(join(process.cwd(), '.somen')).href);
  });

  test('url of a cache behind HTTP is its address, unless nothing is written there', async () => {
    expect(httpCache(REMOTE).url).toBe(`${REMOTE}/`);
    expect(httpCache(REMOTE, { write: false }).url).toBeUndefined();
    const server = createServer((_request, response) => response.writeHead(403).end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const refused = httpCache(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(refused.url).toMatch(/^http:/);
    await expect(refused.put('cas', NAME, BYTES)).rejects.toThrow('write: false');
    expect(refused.url).toBeUndefined();
  });

  test('url of several caches as one is that of the last one', () => {
    expect(tiered(memoryCache(), httpCache(REMOTE)).url).toBe(`${REMOTE}/`);
    expect(tiered(fileCache('/near'), fileCache('/far')).url).toBe('file:///far');
    expect(tiered(fileCache('/only')).url).toBe('file:///only');
    expect(tiered(fileCache('/near'), memoryCache()).url).toBeUndefined();
    expect(tiered(fileCache('/near'), httpCache(REMOTE, { write: false })).url).toBeUndefined();
  });

  test('url of other caches is undefined', () => {
    expect(memoryCache().url).toBeUndefined();
    expect(staticFolder('/results').url).toBeUndefined();
  });

  test('httpCache throws a TypeError without the password when its URL holds one', () => {
    const attempt = () => httpCache('https://user:hunter2@cache.example.org/');
    expect(attempt).toThrow(/^Cannot use a cache at cache\.example\.org: the URL holds a user or a password/);
    expect(attempt).not.toThrow(/hunter2/);
  });
});

describe('openCache', () => {
  test('openCache finds what another cache with that url was given', async () => {
    const cache = fileCache(join(await temporaryFolder(), 'a folder'));
    expect(await isShared(cache, await openCache(cache.url ?? ''))).toBe(true);
    const { url } = await serve();
    const remote = tiered(memoryCache(), httpCache(url));
    expect(await isShared(remote, await openCache(remote.url ?? ''))).toBe(true);
  });

  test('openCache takes what follows file: from the current directory when it is relative', async () => {
    expect((await openCache('file:.somen')).url).toBe(fileCache('.somen').url);
    expect((await openCache('file:../x/y')).url).toBe(fileCache('../x/y').url);
    expect((await openCache('file:/x/y')).url).toBe('file:///x/y');
  });

  test('openCache sends SOMEN_CACHE_TOKEN to a server of HTTP', async () => {
    const { url, tokens } = await serve();
    const map: CacheMap = 'ac';
    vi.stubEnv('SOMEN_CACHE_TOKEN', 'open sesame');
    onTestFinished(() => void vi.unstubAllEnvs());
    await (await openCache(url)).get(map, NAME);
    vi.stubEnv('SOMEN_CACHE_TOKEN', undefined);
    await (await openCache(url)).get(map, NAME);
    expect(tokens).toEqual(['Bearer open sesame', undefined]);
  });

  test.each([
    ['.somen', /^Cannot open the cache '\.somen': it is no URL\. Write file:\.somen for a folder$/],
    [
      'ftp://host/x',
      /^Cannot open the cache ftp:\/\/host\/x: there are caches at file:, http:, https:, .*none at ftp:$/,
    ],
    [
      'https://me:hunter2@host/',
      /^Cannot open the cache https:\/\/me:\*\*\*@host\/: .* Set SOMEN_CACHE_TOKEN instead$/,
    ],
    ['redis://:hunter2@host/', /^Cannot open the cache redis:\/\/:\*\*\*@host\/: .* Set SOMEN_REDIS_PASSWORD instead$/],
    ['file://server/share', /^Cannot open the cache file:\/\/server\/share: /],
  ])('openCache rejects with a TypeError when it is given %s', async (url, message) => {
    const error = await openCache(url).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
  });
});
