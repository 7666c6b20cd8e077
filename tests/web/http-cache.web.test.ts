/** A cache behind HTTP that pages and Node share, with a real nginx of another origin. */
import { digest, httpCache, inline, run, type Cache } from 'somen/web';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, bytesTask, sampleOf, sampleTask, type Sample } from '../support/shared-values.ts';
import { commands } from './support/commands.ts';

let servers: { readonly readWrite: string; readonly readOnly: string } | undefined;

beforeAll(async () => {
  servers = await commands.startCacheServer();
});

afterAll(async () => {
  for (const url of Object.values(servers ?? {})) await commands.stopServer(url);
});

/** The address of a cache of its own. */
function addressOf(name: string, kind: 'readWrite' | 'readOnly' = 'readWrite'): string {
  return `${servers?.[kind]}${name}`;
}

/** Runs the tasks that `computeInNode` runs. */
async function compute(cache: Cache): Promise<{ values: [Sample, Uint8Array]; ran: number; retrieved: number }> {
  const running = run([sampleTask(1), bytesTask(2)] as const, { cache, executor: inline(), display: false });
  const [sample, bytes] = await running;
  const { ran, retrieved } = running.summary;
  return { values: [sample, bytes], ran, retrieved };
}

function expectSame([sample, bytes]: [Sample, Uint8Array]): void {
  const expected = sampleOf(1);
  expect(bitsOf(sample.floats)).toBe(bitsOf(expected.floats));
  expect({ ...sample, floats: undefined }).toEqual({ ...expected, floats: undefined });
  expect([...sample.map.keys()]).toEqual([...expected.map.keys()]);
  expect(bitsOf(bytes)).toBe(bitsOf(bytesOf(2)));
}

/** A text of all bytes: quick to compare, other than a million elements. */
function bitsOf({ buffer, byteOffset, byteLength }: Float64Array | Uint8Array): string {
  return new TextDecoder('latin1').decode(new Uint8Array(buffer, byteOffset, byteLength));
}

describe('httpCache in a page', () => {
  test('retrieves what Node computed, to the last bit, also from a static host', async ({ skip }) => {
    if (servers === undefined) skip('no nginx');
    const { digests, ...counts } = await commands.computeInNode(addressOf('from-node'));
    expect(counts).toEqual({ ran: 2, retrieved: 0 });
    for (const cache of [
      httpCache(addressOf('from-node')),
      httpCache(addressOf('from-node', 'readOnly'), { write: false }),
    ]) {
      const { values, ran, retrieved } = await compute(cache);
      expect([ran, retrieved]).toEqual([0, 2]);
      expectSame(values);
      expect(values.map((value) => digest(value))).toEqual(digests);
    }
  });

  test('stores what it computes for Node', async ({ skip }) => {
    if (servers === undefined) skip('no nginx');
    const { values, ran } = await compute(httpCache(addressOf('from-page')));
    expect(ran).toBe(2);
    expectSame(values);
    expect(await commands.computeInNode(addressOf('from-page'))).toEqual({
      ran: 0,
      retrieved: 2,
      digests: values.map((value) => digest(value)),
    });
  });

  test('sends headers of its own to another origin', async ({ skip }) => {
    if (servers === undefined) skip('no nginx');
    const cache = httpCache(addressOf('headers'), { headers: { Authorization: 'Bearer a', 'X-Team': 'noodles' } });
    await cache.put('ac', '05'.repeat(32), Uint8Array.of(1, 2));
    expect(await cache.get('ac', '05'.repeat(32))).toEqual(Uint8Array.of(1, 2));
  });

  test('is told once that a static host takes no writes', async ({ skip }) => {
    if (servers === undefined) skip('no nginx');
    const cache = httpCache(addressOf('refused', 'readOnly'));
    await expect(cache.put('ac', '05'.repeat(32), Uint8Array.of(1))).rejects.toThrow(/Cannot/);
    await cache.put('ac', '05'.repeat(32), Uint8Array.of(1));
    expect(await cache.get('ac', '05'.repeat(32))).toBeUndefined();
  });
});
