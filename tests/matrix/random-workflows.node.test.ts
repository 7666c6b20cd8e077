/** Random workflows of all constructs, on a hybrid of workers and this thread, among aborts: none hangs, none is wrong. */
import { createRuntime, hybrid, inline, memoryCache, type Runtime } from 'somen/node';
import { expect, test } from 'vitest';
import { pool } from '../node/support/pool.ts';
import { randomWorkflow } from './random-workflows.mjs';

/** A linear congruential generator (Numerical Recipes, chapter 7.1): the same numbers on every machine. */
function randomFrom(seed: number): (k: number) => number {
  let state = seed;
  return (k) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * k);
  };
}

/** Runs one; aborts it soon, if it is told to. */
async function check(runtime: Runtime, random: (k: number) => number): Promise<void> {
  const { draw, value } = randomWorkflow(random, 4);
  const isAborted = random(12) === 0;
  const running = runtime.run(draw(), { onError: random(2) === 0 ? 'stop' : 'continue' });
  const timer = isAborted ? setTimeout(() => running.abort('enough'), random(5)) : undefined;
  const names: string[] = [];
  const reading = (async () => {
    for await (const { name, type } of running.events) if (type === 'started') names.push(name);
  })();
  const result = await running.catch((error: unknown) => error);
  clearTimeout(timer);
  await reading;
  if (!(isAborted && result === 'enough')) expect(result).toBe(value);
  expect(names).not.toContain('random/forbidden');
}

test.each([
  { seed: 1, cached: false },
  { seed: 2, cached: true },
])('workflows give what plain JavaScript gives (seed $seed, cached: $cached)', async ({ seed, cached }) => {
  const random = randomFrom(seed);
  const executor = hybrid((job) => job.task.hints.executor ?? 'pool', { pool: pool(), here: inline() });
  const limits = { 'random-y': 2 };
  await using runtime = createRuntime({ executor, limits, display: false, ...(cached && { cache: memoryCache() }) });
  for (let round = 0; round < 100; round++) await Promise.all(Array.from({ length: 10 }, () => check(runtime, random)));
});
