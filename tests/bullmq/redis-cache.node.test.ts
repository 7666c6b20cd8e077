/** `redisCache` on a real Redis: what every cache must do, and what only this one does. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { promisify } from 'node:util';
import { type Cache, type CacheMap, copyCache, inline, run as compute, schedule, SomenError } from 'somen/node';
import { redisCache, type RedisCacheOptions } from 'somen/bullmq';
import { cacheSuite } from 'somen/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../support/package-root.ts';
import { hasRedis, startRedis, type RedisServer } from '../support/redis.ts';
import { testRedis } from './support/faults.ts';
import { PATIENCE } from './support/traces.ts';

const CONTENT = new TextEncoder().encode('somen');
const NAME = nameOf(CONTENT);

let server: RedisServer;
let redis: Redis;
let caches = 0;

beforeAll(async () => {
  if (!hasRedis) return;
  server = await startRedis();
  redis = new Redis(server.port);
});

afterAll(async () => {
  redis?.disconnect();
  await server?.close();
});

/** A cache of its own, unless a prefix says which. */
function open(options: RedisCacheOptions = {}): Cache {
  const cache = redisCache(server.url, { prefix: `cache-${caches++}`, ...options });
  onTestFinished(() => cache.close?.());
  return cache;
}

async function change(prefix: string, map: CacheMap, name: string, by: (bytes: Uint8Array) => Uint8Array | undefined) {
  const key = `${prefix}:${map}:${name}`;
  const bytes = by(new Uint8Array((await redis.getBuffer(key)) ?? []));
  await (bytes === undefined ? redis.del(key) : redis.set(key, Buffer.from(bytes)));
}

describe.runIf(hasRedis)('redisCache', () => {
  const suite = { persistent: true, claims: true, entries: true, corrupt: change } as const;
  for (const { name, timeout, run } of cacheSuite((storage) => redisCache(server.url, { prefix: storage }), suite))
    test(name, { timeout }, run);

  const bounded = { maxBytes: 1e9, ttl: 1e8 };
  const withBounds = (storage: string): Cache => redisCache(server.url, { prefix: storage, ...bounded });
  for (const { name, timeout, run } of cacheSuite(withBounds, suite))
    test(`${name} when it has bounds`, { timeout }, run);

  test('close leaves no connection behind, whatever is under way', async () => {
    const own = await testRedis();
    const asking = new Redis(own.port);
    onTestFinished(() => asking.disconnect());
    const connections = async (): Promise<number> =>
      String(await asking.client('LIST'))
        .trim()
        .split('\n').length;
    const cache = redisCache(own.url);
    await cache.put('ac', NAME, CONTENT);
    const reading = cache.get('ac', NAME);
    await cache.close?.();
    expect(await reading).toEqual(CONTENT);
    await expect.poll(connections, { timeout: PATIENCE }).toBe(1);
  });

  test('keeps the sum of sizes right whatever is written, rewritten and removed', async () => {
    const cache = open({ prefix: 'sums', maxBytes: 1e9 });
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const name = nameOf(bytesOf(index % 20));
        await cache.put('ac', name, bytesOf(index));
        if (index % 7 === 0) await cache.delete('ac', name);
      }),
    );
    let sum = 0;
    for await (const { size } of cache.entries?.('ac') ?? []) sum += size;
    expect(Number(await redis.get('sums:bytes'))).toBe(sum);
    for await (const { map, name } of cache.entries?.('ac') ?? []) await cache.delete(map, name);
    expect(Number(await redis.get('sums:bytes'))).toBe(0);
    expect(await redis.exists('sums:index')).toBe(0);
  });

  test('removes what was not used for longest when there is too much', async () => {
    const bounds = { prefix: 'bounded', maxBytes: 10 * 1300 };
    const cache = open(bounds);
    const contents = Array.from({ length: 15 }, (_, index) => new Uint8Array(1000).fill(index));
    for (const content of contents.slice(0, 10)) await cache.put('cas', nameOf(content), content);
    // Another process has not told yet that it uses it.
    const other = open(bounds);
    expect(await other.get('cas', nameOf(contents[0] ?? CONTENT))).toEqual(contents[0]);
    await expect.poll(() => newest('bounded')).toContain(nameOf(contents[0] ?? CONTENT));
    for (const content of contents.slice(10)) await cache.put('cas', nameOf(content), content);
    const left = await Promise.all(contents.map(async (content) => cache.peek?.('cas', nameOf(content))));
    const kept = left.flatMap((bytes) => bytes?.[0] ?? []);
    // Those between were written in the same milliseconds.
    expect(kept).toHaveLength(10);
    expect(kept).toEqual(expect.arrayContaining([0, 10, 11, 12, 13, 14]));
  });

  test('does not store what is larger than all it may hold', async () => {
    const cache = open({ maxBytes: 5000 });
    await cache.put('cas', NAME, CONTENT);
    await cache.put('ac', NAME, new Uint8Array(6000));
    expect(await cache.get('ac', NAME)).toBeUndefined();
    expect(await cache.get('cas', NAME)).toEqual(CONTENT);
  });

  test('forgets entries some time after their last use', async () => {
    const cache = open({ prefix: 'passing', ttl: 60_000 });
    await cache.put('ac', NAME, CONTENT);
    expect(await redis.pttl(`passing:ac:${NAME}`)).toBeGreaterThan(30_000);
    await redis.pexpire(`passing:ac:${NAME}`, 1000);
    await open({ prefix: 'passing', ttl: 60_000 }).get('ac', NAME);
    await expect.poll(() => redis.pttl(`passing:ac:${NAME}`)).toBeGreaterThan(30_000);
    // Expired by itself: neither listed nor counted.
    await redis.del(`passing:ac:${NAME}`);
    await expectNames(cache, []);
    expect(Number(await redis.get('passing:bytes'))).toBe(0);
  });

  test('counts no use when an entry is read for maintenance', async () => {
    const cache = open({ prefix: 'peeked' });
    await cache.put('ac', NAME, CONTENT);
    await redis.zadd('peeked:index', 5, `ac:${NAME}:${CONTENT.length}`);
    const other = open({ prefix: 'peeked' });
    expect(await other.peek?.('ac', NAME)).toEqual(CONTENT);
    const [entry] = await listed(other);
    expect(entry?.used).toBe(5);
  });

  test('is found by its address, which tells no secrets', async () => {
    const [, port] = /:(\d+)$/.exec(server.url) ?? [];
    const cache = redisCache(`redis://somebody:secret@127.0.0.1:${port}/2?prefix=a%20b`);
    expect(cache.url).toBe(`redis://127.0.0.1:${port}/2?prefix=a%20b`);
    expect(cache.name).toBe(`redis:127.0.0.1:${port}/2/a b`);
    const first = redisCache(`${server.url}/2?prefix=a%20b`);
    const second = redisCache(first.url ?? '');
    await first.put('ac', NAME, CONTENT);
    expect(await second.get('ac', NAME)).toEqual(CONTENT);
    await Promise.all([first.close?.(), second.close?.()]);
  });

  test('throws where it is given no Redis, or numbers that mean nothing', () => {
    for (const address of ['http://127.0.0.1', '127.0.0.1:6379', 'redis://127.0.0.1/name'])
      expect(() => redisCache(address)).toThrow(TypeError);
    for (const options of [{ ttl: 0 }, { maxBytes: -1 }, { timeout: Number.NaN }, { retryAfter: 0 }])
      expect(() => redisCache(server.url, options)).toThrow(RangeError);
  });

  test('gives its entries to other caches', async () => {
    const cache = open();
    const repeat = schedule((text: string) => text.repeat(1000), { name: 'test/repeat', version: '1' });
    const text = await compute(repeat('somen'), { cache, executor: inline() });
    const other = open();
    expect(await copyCache(cache, other)).toMatchObject({ records: 1, contents: 1 });
    const found = compute(repeat('somen'), { cache: other, executor: inline() });
    expect([await found, found.summary.retrieved]).toEqual([text, 1]);
  });

  test('lets a process end that has used it', { timeout: 30_000 }, async () => {
    const script = `
      import { run, schedule, inline } from 'somen/node';
      import { redisCache } from 'somen/bullmq';
      const f = schedule((x) => x + 1, { name: 'test/f', version: '1' });
      console.log(await run(f(4), { cache: redisCache('${server.url}'), executor: inline() }));`;
    const args = ['--input-type=module', '-e', script];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: packageRoot, timeout: 20_000 });
    expect([stdout, stderr]).toEqual(['5\n', '']);
  });
});

describe.runIf(hasRedis)('redisCache rejects', () => {
  test('where nobody listens, once until it is tried again', async () => {
    const away = await testRedis();
    const cache = redisCache(away.url, { timeout: 300, retryAfter: 60_000 });
    await away.kill();
    await expectFailure(cache.put('ac', NAME, CONTENT), `cannot reach Redis at 127.0.0.1:${away.port}`);
    expect(await cache.get('ac', NAME)).toBeUndefined();
    await cache.put('ac', NAME, CONTENT);
    // Nor does each claim wait for it.
    await expectFailure(cache.claim?.(NAME), 'it was away');
    await away.restart();
    // Closing it starts anew.
    await cache.close?.();
    await cache.put('ac', NAME, CONTENT);
    expect(await cache.get('ac', NAME)).toEqual(CONTENT);
    await cache.close?.();
  });

  test('nothing while Redis is away for less than the time that it has', async () => {
    const away = await testRedis({ keepsData: true });
    const cache = redisCache(away.url, { timeout: 30_000 });
    await cache.put('ac', NAME, CONTENT);
    await away.kill();
    const answer = cache.get('ac', NAME);
    await away.restart();
    expect(await answer).toEqual(CONTENT);
    await cache.close?.();
  });

  test('many commands at a time, and Node warns of nothing', async () => {
    const slow = await testRedis();
    const pause = new Redis(slow.port);
    onTestFinished(() => pause.disconnect());
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warn);
    onTestFinished(() => void process.off('warning', warn));
    const cache = redisCache(slow.url, { timeout: 300 });
    await cache.put('ac', NAME, CONTENT);
    await pause.client('PAUSE', 60_000, 'ALL');
    const answers = Array.from({ length: 30 }, () =>
      expectFailure(cache.get('ac', NAME), `cannot reach Redis at 127.0.0.1:${slow.port}`),
    );
    await Promise.all(answers);
    expect(warnings).toEqual([]);
    await cache.close?.();
  });

  test('where the password is wrong, with what Redis says', async () => {
    const guarded = await testRedis({ config: { requirepass: 'right' } });
    const url = `redis://:wrong@127.0.0.1:${guarded.port}`;
    const cache = redisCache(url, { timeout: 10_000 });
    const remedy = 'Set SOMEN_REDIS_USERNAME and SOMEN_REDIS_PASSWORD';
    await expectFailure(cache.get('ac', NAME), 'Redis says: WRONGPASS', `[^.]\\. ${remedy}$`);
    const unnamed = redisCache(guarded.url, { timeout: 10_000 });
    await expectFailure(unnamed.get('ac', NAME), 'Redis says: NOAUTH', `[^.]\\. ${remedy}$`);
    process.env['SOMEN_REDIS_PASSWORD'] = 'right';
    onTestFinished(() => void delete process.env['SOMEN_REDIS_PASSWORD']);
    const known = redisCache(guarded.url);
    await known.put('ac', NAME, CONTENT);
    expect(await known.get('ac', NAME)).toEqual(CONTENT);
    for (const each of [cache, known, unnamed]) await each.close?.();
  });

  test('where Redis takes no more', async () => {
    const full = await testRedis({ config: { maxmemory: '1mb' } });
    const cache = redisCache(full.url);
    await expectFailure(cache.put('cas', NAME, new Uint8Array(3e6)), 'Redis says: OOM');
    expect(await cache.get('cas', NAME)).toBeUndefined();
    await cache.close?.();
  });
});

async function expectFailure(promise: unknown, message: string, pattern = ''): Promise<void> {
  const error: unknown = await Promise.resolve(promise).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SomenError);
  expect(error).toMatchObject({ code: 'ERR_CACHE', message: expect.stringContaining(message) });
  expect((error as Error).message).toMatch(new RegExp(pattern));
}

async function expectNames(cache: Cache, names: readonly string[]): Promise<void> {
  expect((await listed(cache)).map(({ name }) => name)).toEqual(names);
}

async function listed(cache: Cache) {
  const entries = [];
  for await (const entry of cache.entries?.('ac') ?? []) entries.push(entry);
  return entries;
}

/** The member of the index that was used last. */
async function newest(prefix: string): Promise<string> {
  return (await redis.zrange(`${prefix}:index`, -1, -1)).join();
}

function bytesOf(seed: number): Uint8Array {
  return new Uint8Array(seed * 10).fill(seed);
}

function nameOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
