/** What is expected of each cell of the matrix: the same result twice, and the second time from the cache. */
import { mapStream, type Executor, type JobEvent, type Run, type Runtime } from 'somen';
import { expect } from 'vitest';
import { square, type Construct } from './constructs.mjs';

/** Runs a construct twice. `hasCache`: the runtime remembers. */
export async function checkTwice(construct: Construct, runtime: Runtime, hasCache: boolean): Promise<void> {
  const first = await round(construct, runtime);
  const second = await round(construct, runtime);
  if (!hasCache) return;
  expect(namesOf(first, 'started').length).toBeGreaterThan(0);
  const again = namesOf(second, 'started').filter((name) => construct.runsAgain?.includes(name) !== true);
  expect(again).toEqual([]);
  expect(namesOf(second, 'retrieved').length).toBeGreaterThan(0);
}

async function round(construct: Construct, runtime: Runtime): Promise<readonly JobEvent[]> {
  const running: Run<unknown> = runtime.run(construct.draw());
  const events: JobEvent[] = [];
  const reading = (async () => {
    for await (const event of running.events) events.push(event);
  })();
  expect(await running).toEqual(construct.expected);
  await reading;
  expect(events.map(({ name }) => name)).not.toContain('matrix/forbidden');
  return events;
}

/** Tasks of this matrix, of the guide and of the kernels; plain functions have no events. */
function namesOf(events: readonly JobEvent[], type: JobEvent['type']): readonly string[] {
  return events.flatMap((event) => (event.type === type ? [event.name] : []));
}

/** `mapStream` in the runtime of a cell, twice. */
export async function checkStream(runtime: Runtime): Promise<void> {
  for (let roundNumber = 0; roundNumber < 2; roundNumber++) {
    for (const chunk of [1, 7]) {
      const results: number[] = [];
      const numbers = Array.from({ length: 40 }, (_, index) => index);
      for await (const value of mapStream(square, numbers, { runtime, chunk })) results.push(value);
      expect(results).toEqual(numbers.map((n) => n * n));
    }
  }
}

/** An executor by name. */
export interface Row {
  readonly name: string;
  readonly executor: () => Executor;
}
