import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRuntime, mapStream, memoryCache, run, schedule } from 'somen';
import { expect, test } from 'vitest';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of the heap that are reachable. */
function heap(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const MIB = 2 ** 20;

test('run takes constant memory when a task calls itself in tail position 1,000,000 times', async () => {
  // 1,000,000 jobs would be 350 MB; compiled code comes and goes by a few.
  const sizes: number[] = [];
  const step = schedule(
    (n: number, ballast: readonly number[]): unknown => {
      if (n % 250_000 === 0) sizes.push(heap());
      return n === 0
        ? 'end'
        : step(
            n - 1,
            Array.from(ballast, (value) => value + 1),
          );
    },
    { name: 'memory/step' },
  );
  expect(await run(step(1_000_000, [1, 2, 3, 4]))).toBe('end');
  const [first = 0] = sizes;
  for (const size of sizes) expect(size - first).toBeLessThan(16 * MIB);
});

test('a runtime forgets the jobs of a run when the run is over', async () => {
  await using runtime = createRuntime({ cache: memoryCache({ maxBytes: 0 }) });
  const make = schedule((n: number) => new Array<number>(1000).fill(n), { name: 'memory/make' });
  const round = (from: number) => runtime.run(Array.from({ length: 100 }, (_, index) => make(from + index)));
  await round(0);
  const before = heap();
  // 16 MB, were they kept.
  for (let from = 100; from < 2100; from += 100) await round(from);
  expect(heap() - before).toBeLessThan(8 * MIB);
});

test('a runtime forgets results that were found in the cache', async () => {
  const cache = memoryCache();
  await using runtime = createRuntime({ cache });
  const make = schedule((n: number) => new Array<string>(2000).fill(`${n}`), { name: 'memory/found' });
  const round = async () => {
    const running = runtime.run(Array.from({ length: 500 }, (_, index) => make(index)));
    await running;
    return running.summary.retrieved;
  };
  await round();
  const before = heap();
  // 8 MB of references, were they kept.
  expect(await round()).toBe(500);
  expect(heap() - before).toBeLessThan(4 * MIB);
});

test('mapStream takes constant memory for a million items', async () => {
  const double = schedule((n: number) => 2 * n, { name: 'memory/double' });
  function* numbers() {
    for (let n = 0; n < 1_000_000; n++) yield n;
  }
  const sizes: number[] = [];
  let sum = 0;
  let count = 0;
  for await (const value of mapStream(double, numbers(), { chunk: 500, display: false })) {
    sum += value;
    if (++count % 200_000 === 0) sizes.push(heap());
  }
  expect(sum).toBe(999_999_000_000);
  const [first = 0] = sizes;
  for (const size of sizes) expect(size - first).toBeLessThan(8 * MIB);
}, 60_000);
