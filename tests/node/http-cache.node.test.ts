/** Caches behind HTTP, with a real nginx. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  fileCache,
  httpCache,
  inline,
  memoryCache,
  run,
  schedule,
  SomenError,
  tiered,
  type Cache,
  type History,
} from 'somen/node';
import { cacheSuite, type CacheSuiteOptions } from 'somen/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasNginx, startNginx, type Nginx } from '../support/nginx.ts';
import { packageRoot } from '../support/package-root.ts';
import { corruptFile } from './support/corrupt-file.ts';
import { temporaryFolder } from './support/pool.ts';

const CONTENT = new TextEncoder().encode('somen');
const NAME = createHash('sha256').update(CONTENT).digest('hex');

/** A nearer cache that keeps nothing. */
const NOTHING: Cache = { name: 'nothing', get: () => undefined, put: () => undefined, delete: () => undefined };

const add = schedule((a: number, b: number) => a + b, { name: 'http-cache/add' });

async function rejection(promise: unknown): Promise<SomenError> {
  try {
    await promise;
  } catch (error) {
    return error as SomenError;
  }
  throw new Error('Cannot tell the rejection: the promise was fulfilled');
}

/** A server that does as a test wants, and counts its requests. */
async function serve(answer: (method: string) => number | undefined): Promise<{ url: string; count: () => number }> {
  let requests = 0;
  const server: Server = createServer((request, response) => {
    requests++;
    const status = answer(request.method ?? '');
    if (status !== undefined) response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, count: () => requests };
}

describe.skipIf(!hasNginx)('httpCache before nginx', () => {
  let nginx: Nginx;

  beforeAll(async () => {
    nginx = await startNginx();
  });

  afterAll(() => nginx.close());

  const corrupt =
    (prefix: string): NonNullable<CacheSuiteOptions['corrupt']> =>
    (storage, map, name, change) =>
      corruptFile(join(nginx.folder, prefix + storage, map, name), change);

  for (const { name, timeout, run: check } of cacheSuite((storage) => httpCache(nginx.url + storage), {
    persistent: true,
    corrupt: corrupt(''),
  }))
    test(name, { timeout }, check);

  for (const { name, timeout, run: check } of cacheSuite(
    (storage) => tiered(NOTHING, httpCache(`${nginx.url}tiered-${storage}`)),
    { corrupt: corrupt('tiered-') },
  ))
    test(`tiered ${name}`, { timeout }, check);

  test('entries are files that sha256sum verifies', async () => {
    await httpCache(`${nginx.url}plain`).put('cas', NAME, CONTENT);
    expect(await readFile(join(nginx.folder, 'plain', 'cas', NAME), 'utf8')).toBe('somen');
  });

  test('two processes share it: what one computed, the other retrieves', async () => {
    const script = join(await temporaryFolder(), 'script.mjs');
    const somen = join(packageRoot, 'dist', 'node', 'index.js');
    await writeFile(
      script,
      `import { httpCache, inline, run, schedule } from ${JSON.stringify(somen)};
       const slow = schedule((n) => ({ numbers: new Float64Array(200_000).fill(n) }), { name: 'http-cache/slow', version: '1' });
       const running = run(slow(3), { cache: httpCache(process.argv[2]), executor: inline(), display: false });
       const { numbers } = await running;
       console.log(JSON.stringify([numbers.length, numbers[199_999], running.summary.ran, running.summary.retrieved]));`,
    );
    const outputs = [];
    for (let times = 0; times < 2; times++) {
      const { stdout } = await promisify(execFile)(process.execPath, [script, `${nginx.url}shared`]);
      outputs.push(JSON.parse(stdout));
    }
    expect(outputs).toEqual([
      [200_000, 3, 1, 0],
      [200_000, 3, 0, 1],
    ]);
  });

  test('a damaged entry is a miss, is removed, and is computed again', async () => {
    const cache = httpCache(`${nginx.url}damaged`);
    const options = { cache, executor: inline(), display: false } as const;
    const running = run(add(1, 2), options);
    expect(await running).toBe(3);
    const { readdir } = await import('node:fs/promises');
    const folder = join(nginx.folder, 'damaged', 'ac');
    const [file = ''] = await readdir(folder);
    await writeFile(join(folder, file), 'damaged');
    const again = run(add(1, 2), options);
    expect(await again).toBe(3);
    expect(again.summary).toMatchObject({ ran: 1, retrieved: 0 });
    const third = run(add(1, 2), options);
    expect(await third).toBe(3);
    expect(third.summary.retrieved).toBe(1);
  });

  test('a server that takes no writes serves what is there, and says so once', async () => {
    const readOnly = await startNginx({ writable: false });
    onTestFinished(() => readOnly.close());
    await mkdir(join(readOnly.folder, 'cas'));
    await writeFile(join(readOnly.folder, 'cas', NAME), CONTENT);
    const cache = httpCache(readOnly.url);
    expect(await cache.get('cas', NAME)).toEqual(CONTENT);
    const error = await rejection(cache.put('ac', NAME, CONTENT));
    expect(error).toMatchObject({ code: 'ERR_CACHE' });
    expect(error.message).toMatch(/answered 405.*write: false/);
    await cache.put('ac', NAME, CONTENT);
    expect(await httpCache(readOnly.url, { write: false }).get('cas', NAME)).toEqual(CONTENT);
    await httpCache(readOnly.url, { write: false }).put('ac', NAME, CONTENT);
  });
});

describe('httpCache', () => {
  test('a server that does not answer costs one time-out, and is asked again later', async () => {
    const { url, count } = await serve(() => undefined);
    const cache = httpCache(url, { timeout: 50, retryAfter: 200 });
    const error = await rejection(cache.get('ac', NAME));
    expect(error).toMatchObject({ code: 'ERR_CACHE', name: 'SomenError' });
    expect(error.message).toMatch(/did not answer within 50 ms.*left alone for 0\.2 s/);
    for (let index = 0; index < 100; index++) expect(await cache.get('ac', NAME)).toBeUndefined();
    await cache.put('ac', NAME, CONTENT);
    expect(count()).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 250));
    await rejection(cache.get('ac', NAME));
    expect(count()).toBe(2);
  });

  test('a run with a dead server computes everything, and warns', async () => {
    const warnings: string[] = [];
    const display = { log: () => undefined, warning: (message: string) => void warnings.push(message) };
    const cache = httpCache('http://127.0.0.1:9/', { timeout: 1000 });
    expect(await run([add(1, 2), add(3, 4), add(5, 6)], { cache, executor: inline(), display })).toEqual([3, 7, 11]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/Cannot read the cache.*127\.0\.0\.1:9/);
  });

  test('an error of the server rejects, once', async () => {
    const { url, count } = await serve(() => 500);
    const cache = httpCache(url);
    expect((await rejection(cache.get('ac', NAME))).message).toMatch(/answered 500/);
    expect(await cache.get('ac', NAME)).toBeUndefined();
    expect(count()).toBe(1);
  });

  test('answers that are not wanted free their connection', async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.writeHead(404).end('x'.repeat(100_000)));
    server.on('connection', () => connections++).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const cache = httpCache(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    for (let index = 0; index < 10; index++) {
      expect(await cache.get('ac', NAME)).toBeUndefined();
      await cache.delete('ac', NAME);
    }
    // As many as there are answers, otherwise.
    expect(connections).toBeLessThan(5);
  });

  test('a server that takes no large entries goes on to serve', async () => {
    const { url, count } = await serve((method) => (method === 'PUT' ? 413 : 404));
    const cache = httpCache(url);
    expect((await rejection(cache.put('cas', NAME, CONTENT))).message).toMatch(
      /takes no 5 bytes.*client_max_body_size/,
    );
    await cache.get('cas', NAME);
    expect(count()).toBe(2);
  });

  test('headers are sent, also from a function', async () => {
    const seen: unknown[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers['authorization']);
      response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await httpCache(url, { headers: { Authorization: 'Bearer a' } }).get('ac', NAME);
    await httpCache(url, { headers: () => Promise.resolve({ Authorization: 'Bearer b' }) }).get('ac', NAME);
    expect(seen).toEqual(['Bearer a', 'Bearer b']);
    server.closeAllConnections();
  });

  test('refuses what is no URL, and times that are none', () => {
    for (const url of ['', 'not a url', 'ftp://a.test/', 'file:///tmp'])
      expect(() => httpCache(url)).toThrow(TypeError);
    for (const timeout of [0, -1, Number.NaN])
      expect(() => httpCache('http://a.test', { timeout })).toThrow(RangeError);
  });
});

describe('tiered', () => {
  /** A cache that fails as it is told. */
  function failing(): Cache {
    const fail = (): never => {
      throw new SomenError('ERR_CACHE', 'Out of order');
    };
    return { name: 'failing', get: fail, put: fail, delete: () => undefined };
  }

  for (const { name, timeout, run: check } of cacheSuite(() => tiered(memoryCache(), memoryCache()), { entries: true }))
    test(name, { timeout }, check);

  test('is one cache of the suite with a folder behind memory', async () => {
    const root = await temporaryFolder();
    const open = (storage: string): Cache => tiered(memoryCache(), fileCache(join(root, storage)));
    for (const { run: check } of cacheSuite(open, { claims: true, entries: true })) await check();
  });

  test('lists what any of them has, once', async () => {
    const [near, far] = [memoryCache(), memoryCache()];
    await near.put('ac', NAME, CONTENT);
    await far.put('ac', NAME, new Uint8Array(100));
    await far.put('ac', '0'.repeat(64), CONTENT);
    const entries = [];
    for await (const { name, size } of tiered(near, NOTHING, far).entries?.('ac') ?? []) entries.push([name, size]);
    expect(entries).toEqual([
      [NAME, 5],
      ['0'.repeat(64), 5],
    ]);
  });

  test('claims and has a history where one of them does, and else has neither', async () => {
    const history = { name: 'memory' } as History;
    const cache = tiered(memoryCache(), { ...NOTHING, history }, fileCache(await temporaryFolder()));
    expect(cache.history).toBe(history);
    const claim = await cache.claim?.(NAME);
    expect(claim).toBeDefined();
    expect(await cache.claim?.(NAME)).toBeUndefined();
    await claim?.release();
    const plain = tiered(NOTHING, NOTHING);
    expect(['claim', 'entries', 'history'].filter((property) => property in plain)).toEqual([]);
  });

  test('what a further cache has is written to the nearer ones', async () => {
    const [near, far] = [memoryCache(), memoryCache()];
    await far.put('cas', NAME, CONTENT);
    const cache = tiered(near, memoryCache(), far);
    expect(await cache.get('cas', NAME)).toEqual(CONTENT);
    await cache.close?.();
    expect(await near.get('cas', NAME)).toEqual(CONTENT);
    expect(cache.name).toBe('tiered:memory,memory,memory');
  });

  test('a result is in all of them after close', async () => {
    const folder = await temporaryFolder();
    const cache = tiered(memoryCache(), fileCache(folder));
    await run(add(20, 22), { cache, executor: inline(), display: false });
    await cache.close?.();
    const running = run(add(20, 22), { cache: fileCache(folder), executor: inline(), display: false });
    expect(await running).toBe(42);
    expect(running.summary.retrieved).toBe(1);
  });

  test('where one fails the others serve, and the failure is told', async () => {
    const far = memoryCache();
    await far.put('cas', NAME, CONTENT);
    expect(await tiered(failing(), far).get('cas', NAME)).toEqual(CONTENT);
    expect((await rejection(tiered(failing(), memoryCache()).get('cas', NAME))).message).toBe('Out of order');
    const cache = tiered(memoryCache(), failing());
    expect((await rejection(cache.put('ac', NAME, CONTENT))).message).toBe('Out of order');
    expect(await cache.get('ac', NAME)).toEqual(CONTENT);
    expect(() => tiered()).toThrow(RangeError);
  });
});
