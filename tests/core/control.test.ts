import {
  createRuntime,
  delay,
  hybrid,
  inline,
  memoryCache,
  result,
  run,
  schedule,
  TaskTimeoutError,
  type Hints,
  type JobRequest,
} from 'somen';
import { describe, expect, test } from 'vitest';
import { add, mul } from './support/arithmetic.js';
import { eventsOf, gate } from './support/events.js';
import { openRuntime } from './support/runtime.js';

/** A task that fails so often before it gives a value. */
function failing(name: string, times: number, hints: Hints = {}) {
  let calls = 0;
  return schedule(
    (value: number) => {
      calls++;
      if (calls <= times) throw new RangeError(`failure ${calls}`);
      return value;
    },
    { name: `control/${name}`, retries: { count: 3, delay: 1 }, ...hints },
  );
}

const boom = schedule(
  (what: string): number => {
    throw new Error(what);
  },
  { name: 'control/boom' },
);
const never = schedule(async () => new Promise<number>(() => undefined), { name: 'control/never', timeout: 20 });

describe('retries', () => {
  test('retries try a task again until it gives a value', async () => {
    const running = run(add(failing('twice', 2)(5), 1));
    const events = await eventsOf(running);
    expect(await running).toBe(6);
    expect(events.filter(({ name }) => name === 'control/twice').map(({ type }) => type)).toEqual([
      'scheduled',
      'started',
      'retrying',
      'started',
      'retrying',
      'started',
      'done',
    ]);
  });

  test('retries end with the last error when there are no more', async () => {
    const error = await run(failing('always', 99, { retries: 1 })(5)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: 'failure 2', job: { task: 'control/always', attempts: 2 } });
  });

  test('retryIf decides, and is told how often the task failed', async () => {
    const asked: [unknown, number][] = [];
    const retryIf = (error: unknown, attempt: number) => {
      asked.push([(error as Error).message, attempt]);
      return attempt < 2;
    };
    const task = failing('picky', 99, { retries: { count: 10, delay: 0, retryIf } });
    await expect(run(task(1))).rejects.toThrow('failure 2');
    expect(asked).toEqual([
      ['failure 1', 1],
      ['failure 2', 2],
    ]);
  });

  test('a retryIf that throws fails the job, and says so', async () => {
    const retryIf = () => {
      throw new Error('oh');
    };
    await expect(run(failing('confused', 9, { retries: { count: 1, retryIf } })(1))).rejects.toThrow(
      "Cannot decide whether to try 'control/confused' again",
    );
  });

  test('a value without a key is not tried again', async () => {
    const task = schedule((fn: () => number) => fn(), { name: 'control/unkeyable', retries: 5 });
    await expect(
      run(
        task(() => 1),
        { cache: memoryCache() },
      ),
    ).rejects.toMatchObject({ code: 'ERR_SERIALIZATION' });
  });

  test('equal calls wait together for the next try', async () => {
    const task = failing('shared', 1);
    const running = run([task(3), task(3)], { cache: memoryCache() });
    expect(await running).toEqual([3, 3]);
    expect(running.summary.attached).toBe(1);
  });

  test('an abort ends the wait for the next try', async () => {
    const task = failing('hopeless', 99, { retries: { count: Infinity, delay: 60_000, maxDelay: 60_000 } });
    const running = run(task(1));
    for await (const { type } of running.events) if (type === 'retrying') running.abort('enough');
    await expect(running).rejects.toBe('enough');
  });

  test('hints that make no sense are refused when the function is scheduled', () => {
    const make = (hints: object) => () => schedule(() => 1, { name: 'control/refused', ...hints });
    expect(make({ retries: -1 })).toThrow('retries must be a whole number from 0');
    expect(make({ retries: { count: 1, jitter: 2 } })).toThrow('jitter from 0 to 1');
    expect(make({ timeout: 0 })).toThrow('it must be more than 0');
    expect(make({ priority: NaN })).toThrow('it must be a finite number');
    expect(make({ limits: { cpu: 0 } })).toThrow('the amount must be more than 0');
  });
});

describe('timeout', () => {
  test('a timeout ends an asynchronous task that takes too long', async () => {
    const error = await run(never()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TaskTimeoutError);
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', job: { task: 'control/never' } });
  });

  test('a timeout is for one try', async () => {
    let calls = 0;
    const slowOnce = schedule(async () => (++calls === 1 ? new Promise<number>(() => undefined) : 42), {
      name: 'control/slow-once',
      timeout: 20,
      retries: { count: 1, delay: 0 },
    });
    expect(await run(slowOnce())).toBe(42);
  });

  test('a task within its timeout is left alone', async () => {
    const quick = schedule(async (n: number) => Promise.resolve(n), { name: 'control/quick', timeout: 10_000 });
    expect(await run([quick(1), quick(2)])).toEqual([1, 2]);
  });
});

describe('priority', () => {
  test('priorities decide which of the ready jobs goes first', async () => {
    const order: string[] = [];
    const note = (name: string, priority?: number) =>
      schedule((value: string) => void order.push(value), {
        name: `control/${name}`,
        ...(priority !== undefined && { priority }),
      });
    const [low, plain, high, top] = [note('low', -1), note('plain'), note('high', 1), note('top', 7.5)];
    await run([low('low'), plain('a'), high('high'), plain('b'), top('top')], { concurrency: 1 });
    expect(order).toEqual(['top', 'high', 'a', 'b', 'low']);
    order.length = 0;
    await run([low('low'), plain('a'), high('high'), top('top')], { concurrency: 1, cache: memoryCache() });
    expect(order.toSorted()).toEqual(['a', 'high', 'low', 'top']);
  });
});

describe('the order of runs', () => {
  test.each([true, false])('earlier runs go first (cached: %s)', async (cached) => {
    const runtime = openRuntime({ concurrency: 1, ...(cached && { cache: memoryCache() }) });
    const order: number[] = [];
    const note = schedule((n: number) => void order.push(n), { name: `control/order-${cached}` });
    const runs = Array.from({ length: 20 }, (_, index) => runtime.run([note(2 * index), note(2 * index + 1)]));
    await Promise.all(runs);
    expect(order.map((n) => Math.floor(n / 2))).toEqual(
      Array.from({ length: 40 }, (_, index) => Math.floor(index / 2)),
    );
  });
});

describe('limits', () => {
  /** Tasks that tell how many of them are under way at once. */
  function counted(name: string, hints: object) {
    const seen = { now: 0, most: 0 };
    const task = schedule(
      async (value: number) => {
        seen.most = Math.max(seen.most, ++seen.now);
        await new Promise((resolve) => setTimeout(resolve, 1));
        seen.now--;
        return value;
      },
      { name: `control/${name}`, ...hints },
    );
    return { seen, task };
  }

  test('a limit without a size lets one job run at a time', async () => {
    const { seen, task } = counted('exclusive', { limits: ['soba'] });
    expect(await run([1, 2, 3, 4, 5].map((n) => task(n)))).toEqual([1, 2, 3, 4, 5]);
    expect(seen.most).toBe(1);
  });

  test('a limit lets as many jobs run as fit its size', async () => {
    const { seen, task } = counted('threes', { limits: { memory: 3 } });
    await run(
      [1, 2, 3, 4, 5].map((n) => task(n)),
      { limits: { memory: 8 } },
    );
    expect(seen.most).toBe(2);
  });

  test('jobs that need several limits never wait for each other', async () => {
    const both = counted('both', { limits: ['a', 'b'] });
    const other = counted('other', { limits: ['b', 'a'] });
    const only = counted('only', { limits: ['b'] });
    const calls = Array.from({ length: 20 }, (_, n) => [both.task(n), other.task(n), only.task(n)]);
    expect(await run(calls)).toEqual(Array.from({ length: 20 }, (_, n) => [n, n, n]));
    expect([both.seen.most, other.seen.most, only.seen.most]).toEqual([1, 1, 1]);
  });

  test('limits hold across the runs of a runtime, and failures and aborts give them back', async () => {
    const runtime = openRuntime();
    const { seen, task } = counted('across', { limits: ['one'] });
    const held = gate();
    const holding = schedule(async () => held.opened, { name: 'control/holding', limits: ['one'] });
    const broken = schedule(
      () => {
        throw new Error('broken');
      },
      { name: 'control/broken', limits: ['one'] },
    );
    const first = runtime.run(holding());
    const second = runtime.run([task(1), task(2)]);
    const third = runtime.run(broken());
    for await (const { type } of first.events) if (type === 'started') break;
    first.abort('enough');
    await expect(first).rejects.toBe('enough');
    expect(await second).toEqual([1, 2]);
    await expect(third).rejects.toThrow('broken');
    expect(await runtime.run(task(3))).toBe(3);
    expect(seen.most).toBe(1);
  });

  test('a job that asks for more than there is fails at once', async () => {
    const { task } = counted('greedy', { limits: { memory: 3 } });
    await expect(run(task(1), { limits: { memory: 2 } })).rejects.toThrow(
      "it takes 3 of the limit 'memory', of which there is 2",
    );
    expect(() => createRuntime({ limits: { memory: -1 } })).toThrow('the size must be more than 0');
  });
});

describe('onError', () => {
  test("onError: 'continue' does all independent work and rejects with all failures", async () => {
    const ran: string[] = [];
    const note = schedule((name: string) => (ran.push(name), 1), { name: 'control/note' });
    const workflow = [
      add(boom('first'), note('beside')),
      mul(note('alone'), 2),
      add(add(boom('second'), 1), 1),
      note('last'),
    ];
    const error = (await run(workflow, { onError: 'continue', concurrency: 1 }).catch(
      (reason: unknown) => reason,
    )) as AggregateError;
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.message).toMatch(/^Cannot finish: 2 of 9 jobs failed/);
    expect(error.errors.map((each: Error) => each.message)).toEqual(['first', 'second']);
    expect(error.errors[0]).toMatchObject({ job: { task: 'control/boom', arguments: "'first'" } });
    expect(ran.toSorted()).toEqual(['alone', 'beside', 'last']);
  });

  test("onError: 'continue' remembers what was done", async () => {
    const cache = memoryCache();
    await expect(run([boom('x'), add(1, 2)], { cache, onError: 'continue' })).rejects.toThrow(AggregateError);
    const again = run(add(1, 2), { cache });
    await again;
    expect(again.summary.retrieved).toBe(1);
  });

  test("onError: 'continue' counts the failure of equal calls once, and passes abort on", async () => {
    const error = (await run([boom('same'), boom('same')], { cache: memoryCache(), onError: 'continue' }).catch(
      (reason: unknown) => reason,
    )) as AggregateError;
    expect(error.errors).toHaveLength(1);
    const stopped = run([boom('x'), never()], { onError: 'continue' });
    for await (const { type } of stopped.events) if (type === 'failed') stopped.abort('enough');
    await expect(stopped).rejects.toBe('enough');
  });

  test("onError: 'continue' drops what a task returned when a part of it fails", async () => {
    const grow = schedule(() => [boom('inside'), add(1, 1)], { name: 'control/grow' });
    const error = (await run([grow(), add(2, 2)], { onError: 'continue' }).catch(
      (reason: unknown) => reason,
    )) as AggregateError;
    expect(error.errors.map((each: Error) => each.message)).toEqual(['inside']);
  });
});

describe('hybrid', () => {
  const where = schedule(async (value: number) => Promise.resolve(value), { name: 'control/where' });
  const onGpu = schedule((value: number) => value, { name: 'control/on-gpu', executor: 'gpu' });

  /** Which executor started each task. */
  async function places(executor: Parameters<typeof run>[1], workflow: unknown) {
    const events = await eventsOf(run(workflow, executor));
    return events
      .flatMap((event) => (event.type === 'started' ? [`${event.name.slice(8)} ${event.worker}`] : []))
      .toSorted();
  }

  test('hybrid runs jobs where their hints say, and others on the first', async () => {
    const executor = hybrid({ local: inline(), gpu: inline() });
    expect(await places({ executor }, [where(1), onGpu(2)])).toEqual(['on-gpu gpu/inline', 'where local/inline']);
  });

  test('hybrid asks a function', async () => {
    const select = ({ args }: JobRequest) => (args[0] === 1 ? 'one' : 'many');
    const executor = hybrid(select, { one: inline(), many: inline() });
    expect(await places({ executor }, [where(1), where(2)])).toEqual(['where many/inline', 'where one/inline']);
  });

  test('hybrid keeps one executor busy while another has more than it can take', async () => {
    const shut = gate();
    const stuck = schedule(async (n: number) => shut.opened.then(() => n), { name: 'control/stuck', executor: 'slow' });
    const opener = schedule(() => shut.open(), { name: 'control/opener', executor: 'fast', priority: -1 });
    const executor = hybrid({ slow: inline({ concurrency: 1 }), fast: inline({ concurrency: 1 }) });
    const values = await run([...Array.from({ length: 100 }, (_, n) => stuck(n)), opener()], { executor });
    expect(values).toHaveLength(101);
  });

  test('hybrid fails a job for which there is no executor', async () => {
    const executor = hybrid({ local: inline(), other: inline() });
    await expect(run(onGpu(1), { executor })).rejects.toThrow(
      "Cannot run 'control/on-gpu' on 'gpu': the executors are 'local', 'other'",
    );
    expect(() => hybrid({})).toThrow(TypeError);
  });
});

describe('result', () => {
  test('result gives what a promise gave when the run kept it', async () => {
    const sum = add(1, 2);
    const product = mul(sum, 2);
    expect(() => result(sum)).toThrow("Cannot tell the result of 'arithmetic/add'");
    await run(product);
    expect(result(product)).toBe(6);
    expect(() => result(sum)).toThrow('run(p, { keepResults: true })');
    await run(product, { keepResults: true });
    expect([result(sum), result(product)]).toEqual([3, 6]);
    expect(() => result(5 as never)).toThrow(TypeError);
  });

  test('result gives the end of what a task returned', async () => {
    const grow = schedule((n: number) => mul(n, 2), { name: 'control/grow-result' });
    const [first, last] = [grow(1), delay({ x: 1 }).x];
    await run(add(first, last), { keepResults: true });
    expect([result(first), result(last)]).toEqual([2, 1]);
  });
});

describe('a nested run', () => {
  /** Each level awaits a run of the next one. */
  function nest(runtime: ReturnType<typeof openRuntime>, name: string, hints = {}) {
    const level: (n: number) => unknown = schedule(
      async (n: number): Promise<number> =>
        n === 0 ? 0 : 1 + ((await Promise.resolve().then(() => runtime.run(level(n - 1)))) as number),
      { name: `control/${name}`, ...hints },
    );
    return level;
  }

  test('a task may await runs of its own runtime, however deep', async () => {
    const runtime = openRuntime();
    expect(await runtime.run(nest(runtime, 'deep')(40))).toBe(40);
  });

  test('a task may await runs of its own runtime when one job runs at a time', async () => {
    const runtime = openRuntime({ concurrency: 1, cache: memoryCache() });
    const level = nest(runtime, 'narrow');
    expect(await runtime.run([level(20), level(21), add(1, 2)])).toEqual([20, 21, 3]);
    const mainLevel = nest(runtime, 'main', { main: true });
    expect(await runtime.run([mainLevel(5)])).toEqual([5]);
  });

  test('many tasks may await runs at once', async () => {
    const runtime = openRuntime({ executor: inline({ concurrency: 2 }) });
    const level = nest(runtime, 'many');
    expect(await runtime.run(Array.from({ length: 50 }, () => level(2)))).toEqual(new Array(50).fill(2));
  });
});
