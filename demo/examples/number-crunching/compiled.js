import { run, wasmTasks } from 'somen/web';
import { kernels } from './kernels.generated.js';

const { sumPrimes } = wasmTasks(kernels, {
  sumPrimes: { parameters: ['i32'], result: 'f64' },
});

const limits = [1_000_000, 1_050_000, 1_100_000, 1_150_000];

export const sums = await run(limits.map((n) => sumPrimes(n)));
export const total = sums.reduce((a, b) => a + b); // 173114248492
