/** How much faster more workers are: the same prime sums, by pools of different sizes. */
import { createRuntime, workers, type JobEvent, type Runtime, type Scheduled } from 'somen/web';
import { primeSumKernel } from '../kernels.ts';
import { primeSum, publishedSums } from '../prime-sums.ts';

/** What computes the sums. */
export type Language = 'JavaScript' | 'WebAssembly';

/** What one pool needed. */
export interface Timing {
  /** How many workers. */
  readonly size: number;
  /** From the call to the last result, in milliseconds. */
  readonly duration: number;
  /** The sums, in the order of the limits. */
  readonly sums: readonly number[];
}

/** What is measured. */
export interface Work {
  readonly language: Language;
  /** By what the limits of the tutorial are divided: half the limits take a third of the time. */
  readonly divisor: number;
  /** How often, in the same pool, once at least: the fastest counts, since it was disturbed the least. */
  readonly repetitions: number;
}

type PrimeSumTask = Scheduled<(n: number) => number>;

const TASKS: Readonly<Record<Language, PrimeSumTask>> = { JavaScript: primeSum, WebAssembly: primeSumKernel };

/** Whether these are the sums that the tutorial prints. */
export function arePublished(sums: readonly number[]): boolean {
  return publishedSums.every(({ sum }, index) => sum === sums[index]);
}

/**
 * Lets a fresh pool of that size do the work, and nothing be remembered. The time begins when all of its workers have
 * started and have computed something.
 */
export async function timeWork(work: Work, size: number, signal: AbortSignal): Promise<Timing> {
  const { language, divisor, repetitions } = work;
  const task = TASKS[language];
  const executor = workers({ size, create: createWorker, idleTimeout: 0 });
  const runtime = createRuntime({ executor, display: false });
  try {
    await warmUp(runtime, task, size, signal);
    let best: Timing | undefined;
    for (let repetition = 0; repetition < repetitions || best === undefined; repetition++) {
      const start = performance.now();
      const sums = await runtime.run(
        publishedSums.map(({ n }) => task(n / divisor)),
        { signal },
      );
      const duration = performance.now() - start;
      if (best === undefined || duration < best.duration) best = { size, duration, sums };
    }
    return best;
  } finally {
    // Not by `await using`: Safari has no disposables yet.
    await runtime.close();
  }
}

/** Small sums, until each worker has done some: it has been started by then, and its code compiled. */
async function warmUp(runtime: Runtime, task: PrimeSumTask, size: number, signal: AbortSignal): Promise<void> {
  const ready = new Set<string>();
  for (let round = 0; round < 10 && ready.size < size; round++) {
    const sums = runtime.run(
      Array.from({ length: 2 * size }, () => task(20_000)),
      { signal },
    );
    await Promise.all([sums, noteWorkers(sums.events, ready)]);
  }
}

async function noteWorkers(events: AsyncIterable<JobEvent>, seen: Set<string>): Promise<void> {
  for await (const event of events) if (event.type === 'started') seen.add(event.worker);
}

function createWorker(name: string): Worker {
  return new Worker(new URL('./primes-worker.ts', import.meta.url), { type: 'module', name });
}
