#!/usr/bin/env node
/**
 * How much faster worker threads sum primes: the same sums on 1, 2, ... of them, by JavaScript and by a WebAssembly kernel.
 * The tasks are those of `demo/prime-sums.ts` and `demo/kernels.ts`, as `npm run build` compiles them.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createRuntime, map, workers } from 'somen/node';
import { primeSumKernel } from '../../../dist/demo/kernels.js';
import { primeSum, publishedSums } from '../../../dist/demo/prime-sums.js';

const CORES = availableParallelism();

const HELP = `Usage: node primes.mjs [options]

Computes sums of primes on 1 to N worker threads, and prints how long that took.

  --workers N    up to N worker threads; default: one a core, here ${CORES}
  --sums N       the first N of ${publishedSums.length} sums; default: 8
  --help         print this`;

const { values: options } = parseArgs({
  options: {
    workers: { type: 'string', default: String(CORES) },
    sums: { type: 'string', default: '8' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (options.help) console.log(HELP);
else
  await printTable(wholeNumber('--workers', 256), publishedSums.slice(0, wholeNumber('--sums', publishedSums.length)));

function wholeNumber(option, most) {
  const value = Number(options[option.slice(2)]);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  console.error(`Cannot use ${option} ${options[option.slice(2)]}: it must be a whole number from 1 to ${most}`);
  process.exit(2);
}

async function printTable(most, sums) {
  console.log(`${sums.length} sums of all primes below n, n from ${sums[0].n} to ${sums.at(-1).n}\n`);
  console.log('workers   JavaScript  speed-up   wasm kernel  speed-up');
  const first = await timesOn(1, sums);
  for (let size = 1; size <= most; size++) {
    const times = size === 1 ? first : await timesOn(size, sums);
    const columns = times.map((time, index) => [
      `${(time / 1000).toFixed(2)} s`,
      `${(first[index] / time).toFixed(2)}x`,
    ]);
    const [[plain, plainSpeed], [kernel, kernelSpeed]] = columns;
    console.log(
      `${size}`.padStart(7) +
        plain.padStart(13) +
        plainSpeed.padStart(10) +
        kernel.padStart(14) +
        kernelSpeed.padStart(10),
    );
  }
  console.log(`\nAll ${sums.length} agree with what the Noodles tutorial prints`);
}

/** How long the sums take on so many workers, in milliseconds: by JavaScript, and by the kernel. */
async function timesOn(size, sums) {
  const runtime = createRuntime({ executor: workers({ size }), display: false });
  try {
    return [await timeOf(primeSum, sums, runtime, size), await timeOf(primeSumKernel, sums, runtime, size)];
  } finally {
    await runtime.close();
  }
}

async function timeOf(task, sums, runtime, size) {
  // Starts the workers and lets them compile the task, which is not what is compared.
  await runtime.run(
    map(
      task,
      Array.from({ length: 4 * size }, (_, index) => 10_000 + index),
    ),
  );
  const start = performance.now();
  // The largest first: at the end no worker is left with a long one.
  const order = sums.toReversed();
  const results = await runtime.run(
    map(
      task,
      order.map(({ n }) => n),
    ),
  );
  const time = performance.now() - start;
  for (const [index, { n, sum }] of order.entries())
    if (results[index] !== sum)
      throw new Error(`Cannot trust ${task.name}: below ${n} it sums ${results[index]}, not ${sum}`);
  return time;
}
