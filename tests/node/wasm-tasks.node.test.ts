/** Exports of WebAssembly modules as tasks, on worker threads that import nothing for them. */
import { map, run } from 'somen/node';
import { expect, test } from 'vitest';
import { dot, primesBelow, primeSumKernel, scale } from '../../dist/demo/kernels.js';
import { primeSum } from '../../dist/demo/prime-sums.js';
import { pool } from './support/pool.ts';

test('kernels run on workers, beside tasks of modules', async () => {
  const executor = pool();
  const limits = [10_000, 20_000, 30_000];
  const [kernel, script] = await run([map(primeSumKernel, limits), map(primeSum, limits)], { executor });
  expect(kernel).toEqual(script);
  const chunks = run(map(primeSumKernel, limits, { chunk: 2 }), { executor });
  expect(await chunks).toEqual(script);
  expect(chunks.summary.ran).toBe(2);
});

test('arrays go to kernels on workers and come back', async () => {
  const values = Float64Array.from({ length: 10_000 }, (_, index) => index);
  const executor = pool();
  expect(await run(dot(scale(values, 2), new Float64Array(10_000).fill(1)), { executor })).toBe(99_990_000);
  expect(await run(primesBelow(10), { executor })).toEqual(Uint32Array.of(2, 3, 5, 7));
});
