/** Runs that fail, abort and lose workers in every order: each of them settles, as it should. */
import { createRuntime, gatherAll, type Run, type Runtime } from 'somen/node';
import { expect, test } from 'vitest';
import * as tasks from './fixtures/tasks.mjs';
import { pool } from './support/pool.ts';

const RUNS = 60;

interface Trial {
  readonly run: Run<unknown>;
  /** Whether the outcome is one that may be. */
  readonly isRight: (outcome: PromiseSettledResult<unknown>) => boolean;
}

test.each([1, 2, 3])(
  'every run settles among random aborts, exits and errors (seed %i)',
  { timeout: 60_000 },
  async (seed) => {
    const random = mulberry32(seed);
    const executor = pool({ size: 2, idleTimeout: 5 });
    const runtimes = Array.from({ length: 3 }, () => createRuntime({ executor, display: false }));
    const trials: Trial[] = [];
    for (let count = 0; count < RUNS; count++) {
      const next = trial(runtimes[count % runtimes.length] as Runtime, random);
      next.run.catch(() => undefined);
      trials.push(next);
      // Now and then the pool gets to work before more comes in.
      if (random() < 0.3) await new Promise((resolve) => setTimeout(resolve, 30 * random()));
    }
    const outcomes = await Promise.allSettled(trials.map(({ run }) => run));
    expect(outcomes.filter((outcome, index) => trials[index]?.isRight(outcome) !== true)).toEqual([]);
    // Whatever happened before: the pool does its work, for old and new schedulers.
    for (const runtime of [...runtimes, createRuntime({ executor, display: false })]) {
      expect(await runtime.run(tasks.add(1, 2))).toBe(3);
      await runtime.close();
    }
  },
);

/** A run of a random kind. Some are aborted, before, while or after they run. */
function trial(runtime: Runtime, random: () => number): Trial {
  const kind = random();
  if (kind < 0.5) return maybeAborted(runtime.run(sums(random)), random);
  if (kind < 0.6) return maybeAborted(runtime.run(tasks.exit(1)), random, isOf('ERR_WORKER_LOST'));
  if (kind < 0.7)
    return maybeAborted(runtime.run([tasks.throwError('class'), sums(random)]), random, isOf('ERR_LIMIT'));
  if (kind < 0.8) return maybeAborted(runtime.run(tasks.countDown(50, 0)), random);
  if (kind < 0.9) return maybeAborted(runtime.run(gatherAll([1, 2, 3].map((value) => tasks.wait(20, value)))), random);
  return aborted(
    runtime.run(random() < 0.5 ? tasks.endless() : gatherAll([tasks.endless(), tasks.add(1, 2)])),
    60 * random(),
  );
}

function sums(random: () => number): unknown {
  const length = Math.ceil(200 * random());
  return gatherAll(
    Array.from({ length }, (_, index) => (random() < 0.02 ? tasks.busy(10, index) : tasks.add(index, 0))),
  );
}

function maybeAborted(run: Run<unknown>, random: () => number, isRight: Trial['isRight'] = isFulfilled): Trial {
  if (random() < 0.6) return { run, isRight };
  const other = aborted(run, 80 * random());
  return { run, isRight: (outcome) => isRight(outcome) || other.isRight(outcome) };
}

function aborted(run: Run<unknown>, milliseconds: number): Trial {
  setTimeout(() => run.abort(), milliseconds);
  return {
    run,
    isRight: (outcome) => outcome.status === 'rejected' && (outcome.reason as Error).name === 'AbortError',
  };
}

function isFulfilled(outcome: PromiseSettledResult<unknown>): boolean {
  return outcome.status === 'fulfilled';
}

function isOf(code: string): Trial['isRight'] {
  return (outcome) => outcome.status === 'rejected' && (outcome.reason as { code?: unknown }).code === code;
}

/** Random numbers below 1 that a seed repeats (Mulberry32, Tommy Ettinger, public domain). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
