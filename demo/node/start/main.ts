/**
 * The main job, `npm start`: prime sums and a word count on worker threads. What was computed is remembered: the job
 * goes on where Ctrl-C stopped it, and has nothing left to compute when it is run again.
 */
import { setImmediate } from 'node:timers/promises';
import { createRuntime, fileCache, map, unwrap, workers, type Runtime } from 'somen/node';
import { computeCorpus, describeCorpus, findCorpus, type Corpus } from './corpus.ts';
import { Interrupted, isFresh, runJob, type Outcome } from './job.ts';
import { HELP, parseOptions, UsageError, type Options } from './options.ts';
import { primeSumKernel } from '../../kernels.ts';
import { primeSum, publishedSums, sumPrimes } from '../../prime-sums.ts';
import {
  account,
  comparisonReport,
  corpusReport,
  countWrong,
  noComparison,
  primeReport,
  primeVerdict,
  type Comparison,
} from './reports.ts';
import { faint, grouped, heading, showStatus, strong } from './terminal.ts';

/** A job that was run, and the same work cut into steps for one thread. */
interface Finished {
  readonly name: string;
  readonly outcome: Outcome<unknown>;
  readonly steps: readonly (() => unknown)[];
}

await main();

async function main(): Promise<void> {
  const stop = new AbortController();
  // Not `once`: npm hands on the Ctrl-C that the terminal has sent already.
  process.on('SIGINT', () => stop.abort(new Interrupted('all jobs were done')));
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options.help) console.log(HELP);
    else await runJobs(options, stop.signal);
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Tells what went wrong, and how the process should end. */
function report(error: unknown): number {
  if (error instanceof Interrupted) {
    console.log(`\n  Stopped when ${error.message}. The same command goes on from there`);
    return 130;
  }
  console.error(error instanceof UsageError ? `${error.message}\nSee --help` : error);
  return error instanceof UsageError ? 2 : 1;
}

async function runJobs(options: Options, signal: AbortSignal): Promise<void> {
  const corpus = findCorpus(options.folder);
  await using runtime = createRuntime({
    executor: workers({ size: options.workers }),
    cache: fileCache(options.cache),
  });
  console.log(strong('somen') + faint(`  ${options.workers} workers, results are remembered in ${options.cache}`));
  const finished = [
    await runPrimes(runtime, options.primes, signal),
    await runKernels(runtime, options.primes, signal),
    await runCorpus(runtime, corpus, options.folder, signal),
  ];
  await compare(finished, options, signal);
  console.log(`\n${strong('Next')}  npm run demo  ${faint('shows jobs running, in a browser')}`);
}

async function runPrimes(runtime: Runtime, count: number, signal: AbortSignal): Promise<Finished> {
  console.log(heading('Prime sums', 'n, and the sum of all primes below it'));
  const limits = publishedSums.slice(0, count).map(({ n }) => n);
  const outcome = await runJob(
    runtime,
    limits.map((n) => primeSum(n)),
    signal,
  );
  console.log(`${primeReport(outcome.value)}\n${account(outcome)}`);
  if (countWrong(outcome.value) > 0) process.exitCode = 1;
  return { name: 'prime sums', outcome, steps: limits.map((n) => () => sumPrimes(n)) };
}

/** The same sums by compiled code: workers are sent the compiled module. */
async function runKernels(runtime: Runtime, count: number, signal: AbortSignal): Promise<Finished> {
  console.log(heading('Prime sums, compiled', 'the same in AssemblyScript, as a WebAssembly module'));
  const limits = publishedSums.slice(0, count).map(({ n }) => n);
  const outcome = await runJob(runtime, map(primeSumKernel, limits), signal);
  console.log(`  ${primeVerdict(outcome.value)}\n${account(outcome)}`);
  if (countWrong(outcome.value) > 0) process.exitCode = 1;
  const sumPrimesCompiled = unwrap(primeSumKernel);
  return { name: 'prime sums, compiled', outcome, steps: limits.map((n) => () => sumPrimesCompiled(n)) };
}

async function runCorpus(runtime: Runtime, corpus: Corpus, folder: string, signal: AbortSignal): Promise<Finished> {
  const { files, bytes } = corpus;
  console.log(
    heading('Corpus', `every *.md and LICENSE* below ${folder}: ${grouped(files)} files, ${grouped(bytes)} bytes`),
  );
  const outcome = await runJob(runtime, describeCorpus(corpus), signal);
  console.log(`${corpusReport(outcome.value)}\n${account(outcome)}`);
  return { name: 'corpus', outcome, steps: [() => computeCorpus(corpus)] };
}

/** States the speed-up, unless a result was remembered: then there is none. */
async function compare(finished: readonly Finished[], options: Options, signal: AbortSignal): Promise<void> {
  console.log(heading('Speed-up', 'against the same functions in a loop on one thread'));
  const outcomes = finished.map(({ outcome }) => outcome);
  if (!outcomes.every(isFresh)) return console.log(noComparison(outcomes, options.cache));
  const comparisons: Comparison[] = [];
  for (const { name, outcome, steps } of finished) {
    comparisons.push({ name, outcome, alone: await timeAlone(name, steps, signal) });
  }
  console.log(comparisonReport(comparisons, options.workers));
}

/** How long all steps take on this thread, in milliseconds. Between two of them it listens to Ctrl-C. */
async function timeAlone(name: string, steps: readonly (() => unknown)[], signal: AbortSignal): Promise<number> {
  let total = 0;
  try {
    for (const [index, step] of steps.entries()) {
      showStatus(`${name} on one thread: ${index}/${steps.length}`);
      const start = performance.now();
      step();
      total += performance.now() - start;
      await setImmediate();
      signal.throwIfAborted();
    }
  } finally {
    showStatus('');
  }
  return total;
}
