/** Registries and Web Workers, and values that only browsers have. */
import { createRegistry, indexedDbCache, registry, run } from 'somen/web';
import { expect, test } from 'vitest';
import * as tasks from './fixtures/registry-tasks.ts';
import { pool } from './support/pool.ts';

test('an ImageData comes back with its pixels, from each encoding', () => {
  const image = new ImageData(new Uint8ClampedArray([1, 2, 3, 4, 5, 6, 7, 8]), 2, 1);
  const images = [
    registry.decode(registry.encode(image)),
    registry.fromJSON(registry.toJSON(image)),
    registry.fromBinary(registry.toBinaryFile(image)),
  ] as ImageData[];
  for (const back of images) {
    expect(back).toBeInstanceOf(ImageData);
    expect([back.width, back.height, [...back.data]]).toEqual([2, 1, [1, 2, 3, 4, 5, 6, 7, 8]]);
  }
});

test('buffers are compressed and restored in this engine', () => {
  const series = Float64Array.from({ length: 30_000 }, (_, index) => Math.sin(index / 500));
  const file = registry.toBinaryFile(series, { compress: true });
  expect(file.length).toBeLessThan(0.9 * series.byteLength);
  expect(registry.fromBinary(file)).toEqual(series);
});

test('what only a registry knows goes to a Web Worker and comes back, also when it contains itself', async () => {
  const options = { registry: tasks.known, executor: pool(), display: false } as const;
  const { counter, wasCounter } = await run(tasks.increment(new tasks.Counter(1)), options);
  expect(counter).toBeInstanceOf(tasks.Counter);
  expect([counter.count, wasCounter]).toEqual([2, true]);
  const bag = new tasks.Bag();
  bag.set('self', bag);
  const back = (await run(tasks.identity(bag), options)) as Map<string, unknown>;
  expect(back).toBeInstanceOf(tasks.Bag);
  expect(back.get('self')).toBe(back);
});

test('a File and an ImageData go to a worker, have keys, and come out of IndexedDB', async () => {
  const cache = indexedDbCache(`registry-${crypto.randomUUID()}`);
  const options = { cache, executor: pool(), display: false } as const;
  const value = {
    file: new File(['abc'], 'a.txt', { type: 'text/plain', lastModified: 5 }),
    image: new ImageData(2, 3),
    url: new URL('http://a.test/b'),
  };
  for (const ran of [1, 0]) {
    const running = run(tasks.identity(value), options);
    const back = (await running) as typeof value;
    expect(running.summary.ran).toBe(ran);
    expect([back.file.name, back.file.lastModified, await back.file.text()]).toEqual(['a.txt', 5, 'abc']);
    expect([back.image.width, back.image.height, back.url.href]).toEqual([2, 3, 'http://a.test/b']);
  }
});

test('a registry that a worker cannot find is told with what to do', async () => {
  class Local {
    readonly x = 1;
  }
  const late = tasks.makeLate(Local);
  await expect(run(tasks.identity(new Local()), { registry: late, executor: pool(), display: false })).rejects.toThrow(
    /Cannot find the registry 'Class'.*top level of its module/,
  );
  expect(createRegistry({ classes: { Local } }).toJSON(new Local())).toContain('"type":"Local"');
});
