import * as fc from 'fast-check';
import { memoryCache, run, schedule, type Promised } from 'somen';
import { describe, expect, test } from 'vitest';
import type { Job, RunState } from '../../dist/core/job.js';
import { Table } from './support/engine-table.js';

/** A random graph: each call needs some of those before it; `expands` says that it returns its sum as another call. */
interface Graph {
  readonly calls: readonly { readonly needs: readonly number[]; readonly expands: boolean }[];
  readonly slots: number;
  /** Decide what happens next. */
  readonly choices: readonly number[];
}

const graphs: fc.Arbitrary<Graph> = fc.record({
  calls: fc.array(fc.record({ needs: fc.array(fc.nat(30), { maxLength: 5 }), expands: fc.boolean() }), {
    minLength: 1,
    maxLength: 30,
  }),
  slots: fc.integer({ min: 1, max: 5 }),
  choices: fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }),
});

const call = schedule((index: number, ...needs: number[]) => sum(index, needs), { name: 'engine-properties/call' });

function sum(index: number, needs: readonly number[]): number {
  return needs.reduce((total, value) => (2 * total + value) % 1_000_003, index + 1);
}

/** Which earlier calls a call needs. */
function needsOf({ calls }: Graph, index: number): readonly number[] {
  return index === 0 ? [] : (calls[index]?.needs ?? []).map((need) => need % index);
}

function promisesOf(graph: Graph): Promised<number>[] {
  const promises: Promised<number>[] = [];
  graph.calls.forEach((_, index) =>
    promises.push(call(index, ...needsOf(graph, index).map((need) => promises[need] ?? -1))),
  );
  return promises;
}

/** By plain recursion. */
function expected(graph: Graph): number[] {
  const values: number[] = [];
  graph.calls.forEach((_, index) =>
    values.push(
      sum(
        index,
        needsOf(graph, index).map((need) => values[need] ?? -1),
      ),
    ),
  );
  return values;
}

/** Ends a random job that runs: with its value, or with a call whose value that is. */
function endOne(table: Table, graph: Graph, job: Job): void {
  const [index, ...needs] = job.args as [number, ...number[]];
  const value = sum(index, needs);
  // A call that an expansion made has an index beyond the graph, and gives its second argument.
  if (index >= 1000) table.step({ type: 'done', job, value: needs[0], form: undefined, duration: 0 });
  else if (graph.calls[index]?.expands === true) table.expandJob(job, call(1000 + index, value));
  else table.step({ type: 'done', job, value, form: undefined, duration: 0 });
}

describe('Engine', () => {
  test('an engine executes each job once, after its arguments, within its slots, when jobs end in any order', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const table = new Table(graph.slots);
        table.submit(promisesOf(graph));
        const executed = new Set<unknown>();
        for (let step = 0; table.outcomes.length === 0; step++) {
          const running = table.runningJobs();
          expect(running.length).toBeGreaterThan(0);
          expect(running.length).toBeLessThanOrEqual(graph.slots);
          const job = running[(graph.choices[step % graph.choices.length] ?? 0) % running.length];
          if (job === undefined) throw new Error('Nothing runs');
          expect(job.args.every((value) => typeof value === 'number')).toBe(true);
          expect(executed.has(job.args[0])).toBe(false);
          executed.add(job.args[0]);
          endOne(table, graph, job);
        }
        expect(table.outcomes).toEqual([{ run: 1, value: expected(graph) }]);
        expect(executed.size).toBe(graph.calls.length + graph.calls.filter(({ expands }) => expands).length);
        expect([table.engine.idle, table.engine.running]).toEqual([true, 0]);
      }),
      { numRuns: 200 },
    );
  });

  test('an engine settles every run once when runs share calls, workers are lost, jobs fail and runs are aborted', () => {
    fc.assert(
      fc.property(fc.array(graphs, { minLength: 1, maxLength: 3 }), fc.boolean(), (parts, keyed) => {
        const slots = parts[0]?.slots ?? 1;
        const table = new Table(slots, { keyed });
        const runs = parts.map((graph) => table.submit(promisesOf(graph)));
        play(table, parts, runs);
        expect(table.outcomes.map(({ run: id }) => id).sort((a, b) => a - b)).toEqual(runs.map(({ id }) => id));
        for (const outcome of table.outcomes) {
          const part = parts[runs.findIndex(({ id }) => id === outcome.run)];
          if ('value' in outcome && part !== undefined) expect(outcome.value).toEqual(expected(part));
        }
        expect([table.engine.idle, table.engine.running]).toEqual([true, 0]);
      }),
      { numRuns: 300 },
    );
  });
});

/** Lets random things happen until every run is settled and every job has ended. */
function play(table: Table, parts: readonly Graph[], runs: readonly RunState[]): void {
  const choices = parts.flatMap((part) => part.choices);
  for (let step = 0; table.outcomes.length < runs.length || table.runningJobs().length + table.waiting > 0; step++) {
    if (step > 5000) throw new Error('The runs never end');
    const choice = choices[step % choices.length] ?? 0;
    const what = choice % 40;
    const running = table.runningJobs();
    const job = running[choice % Math.max(running.length, 1)];
    const victim = runs[choice % runs.length];
    if (table.waiting > 0 && (what < 20 || job === undefined)) table.identifyOne(what % 3 === 0);
    else if (what === 39 && victim !== undefined) table.step({ type: 'abort', run: victim, reason: 'enough' });
    else if (job === undefined) throw new Error('Nothing runs, yet runs are not settled');
    else if (what === 38) table.step({ type: 'failed', job, error: 'oh' });
    else if (what > 34) table.step({ type: 'lost', job, error: new Error('Lost') });
    else
      endOne(
        table,
        parts.find(({ calls }) => calls.length > Number(job.args[0]) && calls[Number(job.args[0])]?.expands) ?? EMPTY,
        job,
      );
    if (what % 7 === 0) table.storeAll();
  }
}

const EMPTY: Graph = { calls: [], slots: 1, choices: [0] };

describe('run', () => {
  test('run gives what plain recursion gives when graphs are random, with and without a cache', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, fc.boolean(), async (graph, cached) => {
        const options = cached ? { cache: memoryCache(), concurrency: graph.slots } : { concurrency: graph.slots };
        expect(await run(promisesOf(graph), options)).toEqual(expected(graph));
      }),
      { numRuns: 50 },
    );
  });
});
