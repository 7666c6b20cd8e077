/**
 * What every executor must do, as cases that any test runner can register. The executors of this package pass it, and
 * so must one that you write: the scheduler relies on each of these.
 */
import { SomenError } from '../errors.ts';
import type { Executor } from '../executor.ts';
import { scheduled, taskOf } from '../scheduled.ts';
import { deriveTask, type AnyFunction } from '../task.ts';
import { createRuntime, type Runtime } from '../index.ts';
import type { SuiteCase } from './cache-suite.ts';
import { ExecutorProbe } from './executor-probe.ts';
import { expectEqual, expectThat, rejectionOf } from './expectations.ts';
import { SUITE_TASKS } from './suite-tasks.ts';

/** Options of {@link executorSuite}. */
export interface ExecutorSuiteOptions {
  /**
   * Whether a task that is stuck in a synchronous loop is stopped when it is cancelled. Not on the calling thread.
   * @default false
   */
  readonly stopsLoops?: boolean;
  /** Whether values are cloned on their way, so that what cannot be is refused. @default false */
  readonly clones?: boolean;
  /** Whether what tasks write to the console is reported. @default false */
  readonly logs?: boolean;
  /** A scheduled function that kills its worker, where there is one to kill. @default none */
  readonly crash?: AnyFunction;
}

/** On a busy machine, in milliseconds. */
const TIMEOUT = 60_000;

/** One case's means. */
interface Means {
  readonly executor: Executor;
  readonly options: ExecutorSuiteOptions;
}

type Check = (means: Means) => Promise<void>;

/**
 * The cases that every executor must pass.
 *
 * @param open Makes an executor that runs at least two jobs at once; each case uses one of its own and closes it. Its tasks stand in `somen/testing`,
 * which workers that load modules by themselves import; a worker module of your own must import `somen/testing` too.
 * @example
 * ```ts
 * import { test } from 'vitest';
 * import { executorSuite } from 'somen/testing';
 *
 * for (const { name, run } of executorSuite(() => workers({ size: 2 }), { stopsLoops: true, clones: true, logs: true })) {
 *   test(`workers ${name}`, run);
 * }
 * ```
 */
export function executorSuite(open: () => Executor, options: ExecutorSuiteOptions = {}): SuiteCase[] {
  const checks: Record<string, Check> = { ...PORT, ...RUNTIME };
  if (options.stopsLoops === true) Object.assign(checks, LOOPS);
  if (options.clones === true) Object.assign(checks, CLONING);
  if (options.logs === true) Object.assign(checks, LOGS);
  if (options.crash !== undefined) Object.assign(checks, CRASHES);
  return Object.entries(checks).map(([name, check]) => ({
    name,
    timeout: TIMEOUT,
    async run() {
      const executor = open();
      try {
        await check({ executor, options });
      } finally {
        await executor.close();
      }
    },
  }));
}

const { add, echo, later, change, fail, never, endless, busy, log, promises, returnsFunction } = SUITE_TASKS;

/** By the port alone. */
const PORT: Readonly<Record<string, Check>> = {
  'ends each job once, after it has started': withProbe(async (probe) => {
    const jobs = Array.from({ length: 50 }, (_, index) => probe.submit(index % 2 === 0 ? add : later, [index, 1]));
    await probe.ended(jobs);
    jobs.forEach((job, index) => {
      expectEqual(probe.historyOf(job), ['started', 'done'], `the reports of job ${index}`);
      expectEqual(probe.resultOf(job), index % 2 === 0 ? index + 1 : index, `the result of job ${index}`);
    });
  }),
  'wants to hold at least one job': withProbe(async (probe) => {
    expectThat(probe.session.capacity >= 1, `its capacity is ${probe.session.capacity}`);
    return Promise.resolve();
  }),
  'takes more jobs than it has room for': withProbe(async (probe) => {
    const jobs = Array.from({ length: 3 * probe.session.capacity + 20 }, (_, index) => probe.submit(add, [index, 0]));
    await probe.ended(jobs);
    expectEqual(
      jobs.map((job) => probe.resultOf(job)),
      jobs.map((_, index) => index),
      'the results',
    );
  }),
  'begins with the jobs of a worker in the order in which they came': withProbe(async (probe) => {
    const jobs = Array.from({ length: 40 }, (_, index) => probe.submit(add, [index, 0]));
    await probe.ended(jobs);
    for (const [worker, order] of probe.orders) {
      const indices = order.map((job) => jobs.indexOf(job));
      expectEqual(
        indices,
        indices.toSorted((a, b) => a - b),
        `the order of ${worker}`,
      );
    }
  }),
  'gives tasks copies of their arguments': withProbe(async (probe) => {
    const list = [1, 2];
    const job = probe.submit(change, [list]);
    await probe.ended([job]);
    expectEqual([probe.resultOf(job), list], [3, [1, 2]], 'the result, and the argument afterwards');
  }),
  'carries values of all kinds there and back': withProbe(async (probe) => {
    for (const value of VALUES) {
      const job = probe.submit(echo, [value]);
      await probe.ended([job]);
      expectEqual(probe.resultOf(job), value, 'the value that came back');
    }
  }),
  'tells what was thrown': withProbe(async (probe) => {
    const [error, text] = [probe.submit(fail, ['error']), probe.submit(fail, ['text'])];
    await probe.ended([error, text]);
    expectEqual([probe.historyOf(error).at(-1), probe.historyOf(text).at(-1)], ['failed', 'failed'], 'the ends');
    expectEqual(probe.resultOf(text), 'plain text', 'what was thrown');
    const { name, message, code, detail, cause } = probe.resultOf(error) as Error & Record<string, unknown>;
    expectEqual([name, message, code, detail], ['SuiteError', 'Too much', 'ERR_SUITE', { limit: 3 }], 'the error');
    expectEqual((cause as Error).message, 'The reason', 'its cause');
  }),
  'hands over what a task promises': withProbe(async (probe) => {
    const job = probe.submit(promises, [2]);
    await probe.ended([job]);
    expectEqual(probe.historyOf(job).at(-1), 'expanded', 'the end of a job that returned promised values');
  }),
  'says nothing of cancelled jobs': withProbe(async (probe) => {
    const stuck = Array.from({ length: 2 * probe.session.capacity }, () => probe.submit(never, []));
    await probe.started(stuck.slice(0, 1));
    probe.session.cancel(stuck);
    const job = probe.submit(add, [1, 2]);
    await probe.ended([job]);
    for (const each of stuck) expectThat(!probe.hasEnded(each), 'a cancelled job was reported to have ended');
  }),
  'keeps the jobs of two schedulers apart': async ({ executor }) => {
    const [one, other] = [new ExecutorProbe(executor), new ExecutorProbe(executor)];
    const stuck = one.submit(never, []);
    const job = other.submit(add, [1, 2]);
    await other.ended([job]);
    one.session.close();
    const next = other.submit(add, [3, 4]);
    await other.ended([next]);
    expectEqual(other.resultOf(next), 7, 'a result after another session was closed');
    expectThat(!one.hasEnded(stuck), 'a job of a closed session was reported to have ended');
    other.session.close();
  },
  'ends the jobs under way when it is closed': async ({ executor }) => {
    const probe = new ExecutorProbe(executor);
    const stuck = probe.submit(never, []);
    await probe.started([stuck]);
    await executor.close();
    await probe.ended([stuck]);
    expectEqual(probe.historyOf(stuck), ['started', 'failed'], 'the reports of a job under way');
    probe.session.close();
  },
  'can be used after it was closed': async ({ executor }) => {
    for (let round = 0; round < 2; round++) {
      const probe = new ExecutorProbe(executor);
      const job = probe.submit(add, [round, 1]);
      await probe.ended([job]);
      probe.session.close();
      await executor.close();
    }
  },
};

/** Through the scheduler. */
const RUNTIME: Readonly<Record<string, Check>> = {
  'computes workflows': withRuntime(async (runtime) => {
    const u = add(5, 4);
    expectEqual(await runtime.run([add(u, u), later(u), echo([u])]), [18, 9, [9]], 'the results');
  }),
  'leaves the pool usable after a failure': withRuntime(async (runtime) => {
    const error = await rejectionOf(runtime.run([fail('error'), never()]));
    expectEqual(
      (error as { job?: { task: string } }).job?.task,
      'somen/testing/suite/fail',
      'the task that the error names',
    );
    expectEqual(await runtime.run(add(1, 2)), 3, 'the next result');
  }),
  'stops an asynchronous task when its run is aborted': withRuntime(async (runtime) => {
    const running = runtime.run(never());
    for await (const { type } of running.events) if (type === 'started') running.abort('enough');
    expectEqual(await rejectionOf(running), 'enough', 'the reason');
    expectEqual(await runtime.run(add(1, 2)), 3, 'the next result');
  }),
  'stops an asynchronous task at its timeout': withRuntime(async (runtime) => {
    const patient = withHints(never, { timeout: 50 });
    expectEqual(codeOf(await rejectionOf(runtime.run(patient()))), 'ERR_TIMEOUT', 'the code of the error');
  }),
};

const LOOPS: Readonly<Record<string, Check>> = {
  'stops a synchronous loop when its run is aborted': withRuntime(async (runtime) => {
    const running = runtime.run(endless());
    for await (const { type } of running.events) if (type === 'started') running.abort('enough');
    expectEqual(await rejectionOf(running), 'enough', 'the reason');
    expectEqual(await runtime.run(add(1, 2)), 3, 'the next result');
  }),
  'stops a synchronous loop at its timeout, and nothing else': withRuntime(async (runtime) => {
    const impatient = withHints(endless, { timeout: 200 });
    const stopped = rejectionOf(runtime.run(impatient()));
    const others = runtime.run(Array.from({ length: 20 }, (_, index) => busy(1, index)));
    expectEqual(codeOf(await stopped), 'ERR_TIMEOUT', 'the code of the error');
    expectEqual(
      await others,
      Array.from({ length: 20 }, (_, index) => index),
      'the other results',
    );
  }),
};

const CLONING: Readonly<Record<string, Check>> = {
  'refuses what it cannot carry, with the path': withRuntime(async (runtime) => {
    const result = await rejectionOf(runtime.run(returnsFunction()));
    expectEqual(codeOf(result), 'ERR_SERIALIZATION', 'the code for a result');
    expectEqual((result as { path?: string }).path, 'result.list[0]', 'the path in the result');
    const argument = await rejectionOf(runtime.run(echo({ deep: [() => 1] })));
    expectEqual((argument as { path?: string }).path, 'args[0].deep[0]', 'the path in the arguments');
    expectEqual(await runtime.run(add(1, 2)), 3, 'the next result');
  }),
};

const LOGS: Readonly<Record<string, Check>> = {
  'reports what tasks write to the console': withRuntime(async (runtime) => {
    const running = runtime.run(log('Hello'));
    const lines: unknown[] = [];
    for await (const event of running.events) if (event.type === 'log') lines.push(event.values[0]);
    expectEqual(lines, ['Hello'], 'the lines');
  }),
};

const CRASHES: Readonly<Record<string, Check>> = {
  'survives the loss of a worker': async ({ executor, options: { crash } }) => {
    const runtime = createRuntime({ executor, display: false });
    const error = await rejectionOf(runtime.run((crash as () => unknown)()));
    expectEqual(codeOf(error), 'ERR_WORKER_LOST', 'the code of the error');
    expectEqual(await runtime.run(add(1, 2)), 3, 'the next result');
    await runtime.close();
  },
};

const VALUES: readonly unknown[] = [
  null,
  undefined,
  -0,
  NaN,
  2n ** 70n,
  'text',
  [1, [2]],
  { a: { b: new Date(5) } },
  new Map([['k', new Set([1])]]),
  new Uint8Array([1, 2, 3]),
  Float64Array.from({ length: 5000 }, (_, index) => index),
];

function withProbe(check: (probe: ExecutorProbe) => Promise<void>): Check {
  return async ({ executor }) => {
    const probe = new ExecutorProbe(executor);
    await check(probe);
    probe.session.close();
  };
}

function withRuntime(check: (runtime: Runtime) => Promise<void>): Check {
  return async ({ executor }) => {
    const runtime = createRuntime({ executor, display: false });
    await check(runtime);
    await runtime.close();
  };
}

/** The same task with a hint. */
function withHints(fn: AnyFunction, hints: { readonly timeout: number }): () => unknown {
  const task = taskOf(fn);
  if (task === undefined) throw new TypeError('Cannot give hints: this is no scheduled function');
  return scheduled(deriveTask(task, hints));
}

function codeOf(error: unknown): unknown {
  return error instanceof SomenError ? error.code : error;
}
