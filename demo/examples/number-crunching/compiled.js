import { run, wasmTasks } from 'somen/web';
import { kernels } from './kernels.generated.js';

const { sumPrimes } = wasmTasks(kernels, {
  sumPrimes: { parameters: ['i32'], result: 'f64' },
});

const limits = [];
for (let n = 1_000_000; n < 2_000_000; n += 50_000) limits.push(n);

export const sums = await run(limits.map((n) => sumPrimes(n)));
export const total = sums.reduce((a, b) => a + b); // 1643226674495
