/**
 * A program that is edited between runs, over one cache: whatever was remembered, each run gives what the program as it is
 * now computes.
 */
import { createRuntime, memoryCache, schedule, type Promised, type Scheduled } from 'somen';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

const TASKS = 8;

/** What is edited: the version of each task, which its results depend on, and the world outside. */
const versions: number[] = [];
let world = 0;

function mix(...numbers: readonly number[]): number {
  let hash = 17;
  for (const number of numbers) hash = (Math.imul(hash, 31) + number) | 0;
  return hash;
}

type NumberTask = Scheduled<(numbers: readonly number[]) => number>;

/** Each task by its number; the first ones are plain, the others return workflows of those before them. */
const tasks: NumberTask[] = Array.from({ length: TASKS }, (_, index) =>
  schedule((numbers: readonly number[]): number => compute(index, numbers), {
    name: `lookup-properties/${index}`,
    version: '0',
  }),
);
/** Looks at the world, and is not remembered. */
const look = schedule((n: number) => mix(n, world), { name: 'lookup-properties/look', store: false });
/** The same, by another way not to remember it. */
const glance = schedule((n: number) => mix(n, world), {
  name: 'lookup-properties/glance',
  version: '1',
  cacheIf: () => false,
});

function compute(index: number, args: readonly number[]): number {
  const version = versions[index] ?? 0;
  const own = mix(index, version, ...args);
  if (index < 3) return own;
  const called = tasks[(version + index) % 3];
  const other = tasks[index - 1];
  if (called === undefined || other === undefined) return own;
  const inner = called([own & 15, index === 5 ? look(own & 3) : 1]);
  // The workflow goes on with it.
  return (index % 2 === 0 ? other([inner, own & 7]) : inner) as unknown as number;
}

/** The same without tasks. */
function expected(index: number, args: readonly number[]): number {
  const version = versions[index] ?? 0;
  const own = mix(index, version, ...args);
  if (index < 3) return own;
  const inner = expected((version + index) % 3, [own & 15, index === 5 ? mix(own & 3, world) : 1]);
  return index % 2 === 0 ? expected(index - 1, [inner, own & 7]) : inner;
}

/** A call: of which task, and with which numbers or earlier calls. */
interface Call {
  readonly task: number;
  readonly args: readonly number[];
}

/** The promise of the last call, and its value. A negative argument is an earlier call. */
function build(calls: readonly Call[]): { promised: Promised<number>; value: number } {
  const promises: Promised<number>[] = [];
  const values: number[] = [];
  for (const { task, args } of calls) {
    const picked = args.map((arg) => (arg < 0 && promises.length > 0 ? (-arg - 1) % promises.length : undefined));
    const given = args.map((arg, position) => promises[picked[position] ?? -1] ?? Math.abs(arg));
    const plain = args.map((arg, position) => values[picked[position] ?? -1] ?? Math.abs(arg));
    const called = tasks[task];
    if (called === undefined) {
      promises.push((task === TASKS ? look : glance)(given[0] ?? 0));
      values.push(mix(plain[0] ?? 0, world));
    } else {
      promises.push(called(given));
      values.push(expected(task, plain));
    }
  }
  return { promised: promises.at(-1) as Promised<number>, value: values.at(-1) ?? 0 };
}

/** What a new version of a module does to a task's version. */
function edit(index: number): void {
  versions[index] = (versions[index] ?? 0) + 1;
  const realm = (globalThis as unknown as Record<symbol, { tasks: Map<string, object> }>)[Symbol.for('somen.realm/1')];
  Object.assign(realm?.tasks.get(`lookup-properties/${index}`) ?? {}, { version: String(versions[index]) });
}

const calls = fc.array(
  fc.record({
    task: fc.integer({ min: 0, max: TASKS + 1 }),
    args: fc.array(fc.integer({ min: -4, max: 3 }), { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 8 },
);
const rounds = fc.array(
  fc.record({
    calls,
    edits: fc.array(fc.integer({ min: 0, max: TASKS - 1 }), { maxLength: 2 }),
    worldTurns: fc.boolean(),
    again: fc.boolean(),
    leafFirst: fc.boolean(),
  }),
  { minLength: 2, maxLength: 6 },
);

test('a run gives what the program computes as it is now, whatever is remembered', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async (program) => {
      const cache = memoryCache();
      for (let index = 0; index < TASKS; index++) edit(index);
      let workflow: readonly Call[] = [];
      for (const round of program) {
        // Mostly the workflow of before, with something edited.
        if (workflow.length === 0 || !round.again) workflow = round.calls;
        for (const index of round.edits) edit(index);
        if (round.worldTurns) world++;
        const runtime = createRuntime({ cache, display: false, lookup: round.leafFirst ? 'leaf-first' : 'root-first' });
        const { promised, value } = build(workflow);
        expect(await runtime.run(promised)).toBe(value);
        expect(await runtime.run(build(workflow).promised)).toBe(value);
        await runtime.close();
      }
    }),
    { numRuns: 300 },
  );
});
