import { createRuntime, mapStream, memoryCache, schedule, type Run } from 'somen';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { gate } from './support/events.js';

const double = schedule((n: number) => 2 * n, { name: 'map-stream/double' });

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** Counts, for ever or up to a bound; tells how far it got and whether it was closed. */
function counter(end = Infinity) {
  const state = { pulled: 0, closed: false };
  const source = (function* () {
    try {
      while (state.pulled < end) yield state.pulled++;
    } finally {
      state.closed = true;
    }
  })();
  return { state, source };
}

describe('mapStream', () => {
  test('mapStream maps iterables, async iterables and streams, in order', async () => {
    const expected = [0, 2, 4, 6, 8];
    expect(await collect(mapStream(double, [0, 1, 2, 3, 4]))).toEqual(expected);
    expect(await collect(mapStream(double, counter(5).source))).toEqual(expected);
    expect(
      await collect(
        mapStream(
          double,
          (async function* () {
            for (let n = 0; n < 5; n++) yield Promise.resolve(n);
          })(),
        ),
      ),
    ).toEqual(expected);
    for (const chunk of [1, 2, 100]) {
      const stream = new ReadableStream<number>({
        start(controller) {
          for (let n = 0; n < 5; n++) controller.enqueue(n);
          controller.close();
        },
      });
      expect(await collect(mapStream(double, { getReader: () => stream.getReader() }, { chunk }))).toEqual(expected);
      expect(stream.locked).toBe(false);
    }
    expect(await collect(mapStream(double, []))).toEqual([]);
  });

  test('mapStream takes plain functions and computes what they promise', async () => {
    const results = mapStream((n: number) => ({ twice: double(n) }), [1, 2]);
    expectTypeOf(results).toExtend<AsyncIterable<{ twice: number }>>();
    expect(await collect(results)).toEqual([{ twice: 2 }, { twice: 4 }]);
  });

  test('mapStream keeps no more under way than it is told', async () => {
    const { state, source } = counter();
    let most = 0;
    let taken = 0;
    for await (const value of mapStream(double, source, { concurrency: 3, chunk: 2 })) {
      expect(value).toBe(2 * taken);
      most = Math.max(most, state.pulled - taken);
      if (++taken === 50) break;
    }
    expect(most).toBeLessThanOrEqual(8);
    expect(state.closed).toBe(true);
  });

  test('mapStream gives results as they come when they need not be in order', async () => {
    const shut = gate();
    const slowFirst = schedule(async (n: number) => (n === 0 ? shut.opened.then(() => n) : n), {
      name: 'map-stream/slow-first',
    });
    const seen: number[] = [];
    for await (const value of mapStream(slowFirst, [0, 1, 2, 3, 4, 5], { ordered: false, concurrency: 2 })) {
      seen.push(value);
      if (value === 5) shut.open();
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 0]);
  });

  test("mapStream throws a task's error where it is iterated, and closes the source", async () => {
    const picky = schedule(
      (n: number) => {
        if (n === 3) throw new RangeError('Three');
        return n;
      },
      { name: 'map-stream/picky' },
    );
    for (const ordered of [true, false]) {
      const { state, source } = counter();
      const seen: number[] = [];
      const reading = (async () => {
        for await (const value of mapStream(picky, source, { ordered, concurrency: 1 })) seen.push(value);
      })();
      await expect(reading).rejects.toMatchObject({ message: 'Three', job: { task: 'map-stream/picky' } });
      expect(seen).toEqual([0, 1, 2]);
      expect(state.closed).toBe(true);
    }
  });

  test('mapStream throws an error of the source, and a break closes a stream', async () => {
    const broken = (function* () {
      yield 1;
      throw new Error('Dry');
    })();
    await expect(collect(mapStream(double, broken))).rejects.toThrow('Dry');
    let cancelled = false;
    const stream = new ReadableStream<number>({
      pull: (controller) => controller.enqueue(1),
      cancel: () => void (cancelled = true),
    });
    for await (const value of mapStream(double, { getReader: () => stream.getReader() })) if (value === 2) break;
    expect(cancelled).toBe(true);
  });

  test('mapStream remembers item by item, in chunks too', async () => {
    const cache = memoryCache();
    await collect(mapStream(double, [1, 2, 3], { cache }));
    const runtime = createRuntime({ cache });
    const runs: Run<unknown>[] = [];
    const watched = {
      ...runtime,
      run: ((value: unknown) => {
        const run = runtime.run(value);
        runs.push(run);
        return run;
      }) as typeof runtime.run,
    };
    expect(await collect(mapStream(double, [1, 2, 3, 4], { runtime: watched, chunk: 4 }))).toEqual([2, 4, 6, 8]);
    expect(runs.map(({ summary }) => [summary.retrieved, summary.ran])).toEqual([[3, 1]]);
    expect(await runtime.run(double(5))).toBe(10);
    await runtime.close();
  });

  test('mapStream ends when its signal does, or when it is returned', async () => {
    const controller = new AbortController();
    const never = schedule(async () => new Promise<number>(() => undefined), { name: 'map-stream/never' });
    const reading = collect(mapStream(never, [1, 2], { signal: controller.signal }));
    controller.abort(new Error('Enough'));
    await expect(reading).rejects.toThrow('Enough');
    const { state, source } = counter();
    const results = mapStream(double, source);
    expect(await results.next()).toEqual({ done: false, value: 0 });
    expect(await results.return()).toEqual({ done: true, value: undefined });
    expect(state.closed).toBe(true);
  });

  test('mapStream refuses what makes no sense', () => {
    expect(() => mapStream(double, [1], { concurrency: 0 })).toThrow(RangeError);
    expect(() => mapStream(double, [1], { chunk: 0.5 })).toThrow('with chunk 0.5');
    expect(() => mapStream(double, 5 as never)).toThrow('Cannot map a stream from number 5');
    expect(() => mapStream(5 as never, [])).toThrow('must be a function');
  });
});
