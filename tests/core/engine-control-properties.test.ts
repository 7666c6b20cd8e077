/** Properties of the scheduler with all that control adds, and replay of its log. */
import * as fc from 'fast-check';
import { conditional, schedule, type Hints } from 'somen';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../dist/core/engine.js';
import type { Command, EngineEvent, Job, RunState } from '../../dist/core/job.js';
import { Limits } from '../../dist/core/limits.js';
import { Table, type TableOptions } from './support/engine-table.js';

const LIMITS = { b: 2 };
const HINTS: readonly Hints[] = [
  {},
  { retries: 2 },
  { limits: ['a'] },
  { limits: { b: 1 } },
  { limits: ['a', 'b'], retries: 1 },
  { priority: 1 },
  { priority: -1, limits: { b: 2 } },
];

const sum = (index: number, ...needs: number[]) =>
  needs.reduce((total, value) => (2 * total + value) % 1_000_003, index + 1);
const calls = HINTS.map((hints, kind) => schedule(sum, { ...hints, name: `engine-control/call-${kind}` }));

/** A random graph: each call needs some of those before it; some are behind a conditional. */
interface Graph {
  readonly calls: readonly {
    readonly kind: number;
    readonly needs: readonly number[];
    readonly expands: boolean;
    readonly behind: boolean;
  }[];
  readonly slots: number;
  readonly keyed: boolean;
  readonly continues: boolean;
  /** Decide what happens next. */
  readonly choices: readonly number[];
}

const graphs: fc.Arbitrary<Graph> = fc.record({
  calls: fc.array(
    fc.record({
      kind: fc.nat(HINTS.length - 1),
      needs: fc.array(fc.nat(30), { maxLength: 4 }),
      expands: fc.boolean(),
      behind: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  ),
  slots: fc.integer({ min: 1, max: 4 }),
  keyed: fc.boolean(),
  continues: fc.boolean(),
  choices: fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }),
});

function draw(graph: Graph): unknown[] {
  const promises: unknown[] = [];
  graph.calls.forEach(({ kind, needs, behind }, index) => {
    const args = index === 0 ? [] : needs.map((need) => promises[need % index] as number);
    const call = calls[kind]?.(index, ...args);
    promises.push(behind ? conditional(true, call, 'never') : call);
  });
  return promises;
}

/** By plain recursion. */
function expected(graph: Graph): number[] {
  const values: number[] = [];
  graph.calls.forEach(({ needs }, index) =>
    values.push(sum(index, ...(index === 0 ? [] : needs.map((need) => values[need % index] ?? -1)))),
  );
  return values;
}

const after = schedule((_index: number, value: number) => value, { name: 'engine-control/after' });

function endOne(table: Table, graph: Graph, job: Job): void {
  const [index, ...needs] = job.args as [number, ...number[]];
  if (job.task.name === 'engine-control/after')
    table.step({ type: 'done', job, value: needs[0], form: undefined, duration: 0 });
  else if (graph.calls[index]?.expands === true) table.expandJob(job, after(1000 + index, sum(index, ...needs)));
  else table.step({ type: 'done', job, value: sum(index, ...needs), form: undefined, duration: 0 });
}

/** What is taken of each limit by the jobs that run. */
function checkBounds(table: Table, graph: Graph): void {
  const taken = new Map<string, number>();
  for (const job of table.runningJobs()) {
    expect(job.args.every((value) => typeof value === 'number')).toBe(true);
    for (const [label, amount] of job.task.control?.limits ?? []) taken.set(label, (taken.get(label) ?? 0) + amount);
  }
  expect(table.runningJobs().length).toBeLessThanOrEqual(graph.slots);
  expect(taken.get('a') ?? 0).toBeLessThanOrEqual(1);
  expect(taken.get('b') ?? 0).toBeLessThanOrEqual(LIMITS.b);
}

/** Lets random things happen until the runs are settled and all jobs have ended. */
function play(table: Table, graph: Graph, runs: readonly RunState[]): void {
  const { choices } = graph;
  const active = () => table.runningJobs().length + table.waiting + table.delayed.length;
  for (let step = 0; table.outcomes.length < runs.length || active() > 0; step++) {
    if (step > 5000) throw new Error('The runs never end');
    checkBounds(table, graph);
    const choice = (choices[step % choices.length] ?? 0) + step;
    const what = choice % 40;
    const job = table.runningJobs()[choice % Math.max(table.runningJobs().length, 1)];
    const victim = runs[choice % runs.length];
    if (table.waiting > 0 && (what < 20 || job === undefined)) table.identifyOne(what % 3 === 0);
    else if (table.delayed.length > 0 && (what < 25 || job === undefined)) table.wakeOne();
    else if (what === 39 && victim !== undefined) table.step({ type: 'abort', run: victim, reason: 'enough' });
    else if (job === undefined) throw new Error('Nothing runs, yet runs are not settled');
    else if (what > 36) table.step({ type: 'failed', job, error: 'oh' });
    else if (what === 36) table.step({ type: 'timed-out', job, error: new Error('Too late') });
    else if (what === 35) table.step({ type: 'lost', job, error: new Error('Lost') });
    else endOne(table, graph, job);
    if (what % 7 === 0) table.storeAll();
  }
}

/** Every job that was scheduled ends exactly once; one that is attached shares the end of another, or is told its own. */
function checkEnds(table: Table): void {
  const ends = new Map<number, string[]>();
  for (const command of table.commands) {
    if (command.type !== 'report') continue;
    const { type } = command.occurrence;
    const told = ends.get(command.job.id) ?? [];
    ends.set(command.job.id, told);
    if (['done', 'retrieved', 'attached', 'failed', 'aborted'].includes(type)) told.push(type);
  }
  for (const [id, told] of ends) {
    const own = told.filter((type) => type !== 'attached');
    expect(own.length, `ends of job ${id}: ${told.join()}`).toBeLessThanOrEqual(1);
    expect(told.length, `ends of job ${id}`).toBeGreaterThan(0);
  }
}

/** A command as text, the same in another engine. */
function textOf(command: Command): string {
  const job = 'job' in command && command.job !== undefined ? ` job ${command.job.id}` : '';
  const run = 'run' in command ? ` run ${command.run.id}` : '';
  const what = command.type === 'report' ? ` ${command.occurrence.type}` : '';
  return `${command.type}${what}${job}${run}`;
}

/** Tells a fresh engine the same events. */
function replay(events: readonly EngineEvent[], runs: readonly RunState[], options: TableOptions): string[] {
  const engine = new Engine(new Limits(options.limits));
  const jobs = new Map<number, Job>();
  const states = new Map<number, RunState>();
  for (const { id, keyed, continues } of runs) {
    const summary = { scheduled: 0, ran: 0, attached: 0, retrieved: 0, failed: 0 };
    states.set(id, engine.createRun({ keyed, observed: true, summary, continues }));
  }
  const log: string[] = [];
  for (const event of events) {
    const own = {
      ...event,
      ...('job' in event && { job: jobs.get(event.job.id) }),
      ...('run' in event && { run: states.get(event.run.id) }),
    } as EngineEvent;
    for (const command of engine.step(own)) {
      if ('job' in command && command.job !== undefined) jobs.set(command.job.id, command.job);
      log.push(textOf(command));
    }
  }
  return log;
}

describe('Engine', () => {
  test('an engine keeps its promises among failures, retries, limits, priorities, expansions and aborts', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 3 }), (graph, count) => {
        const options = { keyed: graph.keyed, continues: graph.continues, limits: LIMITS };
        const table = new Table(graph.slots, options);
        const runs = Array.from({ length: count }, () => table.submit(draw(graph)));
        play(table, graph, runs);
        // Every run settles once, with what plain recursion gives or with an error.
        expect(table.outcomes.map(({ run }) => run).toSorted((a, b) => a - b)).toEqual(runs.map(({ id }) => id));
        for (const outcome of table.outcomes) if ('value' in outcome) expect(outcome.value).toEqual(expected(graph));
        expect([table.engine.idle, table.engine.running]).toEqual([true, 0]);
        checkEnds(table);
        // The log tells all: a fresh engine that is told the same does the same.
        expect(replay(table.events, runs, options)).toEqual(table.commands.map(textOf));
      }),
      { numRuns: 300 },
    );
  });

  test('an engine without failures gives each result once, whatever the limits and priorities', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const table = new Table(graph.slots, { keyed: graph.keyed, limits: LIMITS });
        table.submit(draw(graph));
        for (let step = 0; table.outcomes.length === 0; step++) {
          checkBounds(table, graph);
          const running = table.runningJobs();
          const job = running[(graph.choices[step % graph.choices.length] ?? 0) % Math.max(running.length, 1)];
          if (table.waiting > 0 && (step % 2 === 0 || job === undefined)) table.identifyOne(false);
          else if (job === undefined) throw new Error('Nothing runs');
          else endOne(table, graph, job);
        }
        expect(table.outcomes).toEqual([{ run: 1, value: expected(graph) }]);
        expect(table.engine.idle).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
