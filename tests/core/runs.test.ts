import {
  createRuntime,
  gather,
  inline,
  memoryCache,
  Run,
  run,
  schedule,
  toGraph,
  type Cache,
  type Display,
  type Executor,
  type JobEvent,
} from 'somen';
import { describe, expect, test, vi } from 'vitest';
import { add, mul, sub } from './support/arithmetic.js';
import { eventsOf, gate } from './support/events.js';
import { openRuntime } from './support/runtime.js';

describe('events', () => {
  test('events tell what happens to each job in order, numbered like the nodes of toGraph', async () => {
    const u = add(5, 4);
    const workflow = mul(sub(u, 3), sub(u, 2));
    const events = await eventsOf(run(workflow));
    const { nodes } = toGraph(workflow);
    for (const event of events) expect(event.name).toBe(nodes[event.job]?.name);
    expect(events.slice(0, 4).map(({ type, job }) => [type, job])).toEqual(
      [0, 1, 2, 3].map((job) => ['scheduled', job]),
    );
    for (const { id } of nodes) expect(typesOf(events, id)).toEqual(['scheduled', 'started', 'done']);
    const doneAt = (job: number) => events.findIndex((event) => event.job === job && event.type === 'done');
    // Of the two that one result makes ready, the last one goes first.
    expect([doneAt(0), doneAt(2), doneAt(1), doneAt(3)]).toEqual([5, 7, 9, 11]);
    expect(events.find(({ type }) => type === 'started')).toMatchObject({ worker: 'inline', key: undefined });
    expect(events.every(({ time }, index) => time >= (events[index - 1]?.time ?? 0) && time <= Date.now() + 1000)).toBe(
      true,
    );
  });

  test('events leave gaps for built-in nodes, and number further jobs of a dynamic workflow after them', async () => {
    const twice = schedule((n: number) => add(n, n), { name: 'runs/twice' });
    const events = await eventsOf(run(gather(add(1, 2), twice(4))));
    expect(new Set(events.map(({ job, name }) => `${job} ${name}`))).toEqual(
      new Set(['0 arithmetic/add', '1 runs/twice', '3 arithmetic/add']),
    );
    expect(typesOf(events, 1)).toEqual(['scheduled', 'started', 'done', 'expanded']);
  });

  test('events carry the key from when it is known when the run has a cache', async () => {
    const events = await eventsOf(run(add(1, 2), { cache: memoryCache() }));
    expect(events.map(({ type, key }) => [type, key?.length])).toEqual([
      ['scheduled', undefined],
      ['started', 64],
      ['done', 64],
    ]);
  });

  test('events end with failed and aborted jobs when the run fails', async () => {
    const toss = schedule(
      () => {
        throw new Error('Stop');
      },
      { name: 'runs/toss' },
    );
    const events = await eventsOf(run(add(toss() as unknown as number, 1)));
    expect(typesOf(events, 0)).toEqual(['scheduled', 'started', 'failed']);
    expect(typesOf(events, 1)).toEqual(['scheduled', 'aborted']);
  });

  test('events are all read by each reader, also by one that comes when the run is over', async () => {
    const running = run(add(1, 2));
    const first = await eventsOf(running);
    expect(first).toHaveLength(3);
    expect(await eventsOf(running)).toEqual(first);
  });
});

describe('summary', () => {
  test('summary counts jobs and not what is built in', async () => {
    const running = run([add(1, 2), add(1, 2), { product: mul(2, 3).toFixed(1) }], { cache: memoryCache() });
    const { summary } = running;
    await running;
    expect(running.summary).toBe(summary);
    expect(summary).toEqual({ scheduled: 3, ran: 2, attached: 1, retrieved: 0, failed: 0 });
  });
});

describe('Run', () => {
  test('a run is a Promise that cannot be controlled when it is derived', async () => {
    const running = run(add(1, 2));
    expect(running).toBeInstanceOf(Promise);
    expect(running).toBeInstanceOf(Run);
    const derived = running.then((value) => value + 1);
    expect(derived).not.toBeInstanceOf(Run);
    expect(await derived).toBe(4);
    const made = Run.resolve(1) as Run<number>;
    expect(() => made.summary).toThrow(/^Cannot control a promise derived from a run/);
    expect(() => made.abort()).toThrow(TypeError);
  });
});

describe('abort', () => {
  test('run rejects with the reason and starts nothing when its signal is aborted before', async () => {
    let started = 0;
    const start = schedule(() => ++started, { name: 'runs/start' });
    const reason = new Error('Too late');
    await expect(run(start(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const running = run(start());
    running.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(started).toBe(0);
  });

  test('run rejects with the reason when its signal is aborted while a task runs, and stops the rest', async () => {
    const { hang, after, entered, ran } = hanging('signal');
    const controller = new AbortController();
    const running = run(after(hang()), { signal: controller.signal });
    const events = eventsOf(running);
    await entered;
    const reason = new Error('Enough');
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(ran).toEqual([]);
    expect((await events).filter(({ type }) => type === 'aborted')).toHaveLength(2);
  });

  test('run rejects at once when it is aborted while its cache hangs', async () => {
    const { hang, entered } = hanging('cache');
    const never = () => new Promise<undefined>(() => undefined);
    const cache: Cache = { name: 'hanging', get: () => undefined, put: never, delete: never };
    const running = run([add(1, 2), hang()], { cache });
    await entered;
    running.abort('enough');
    await expect(running).rejects.toBe('enough');
  });

  test('run.abort ends one run of a runtime and leaves the others', async () => {
    const { hang, entered } = hanging('run');
    const runtime = openRuntime();
    const running = runtime.run(hang());
    await entered;
    const other = runtime.run(add(1, 2));
    running.abort('by hand');
    await expect(running).rejects.toBe('by hand');
    expect(await other).toBe(3);
  });

  test('run.abort does nothing when the run is over', async () => {
    const running = run(add(1, 2));
    expect(await running).toBe(3);
    running.abort();
    expect(await running).toBe(3);
  });

  test('runtime.close aborts what runs, and refuses further runs', async () => {
    const { hang, entered } = hanging('close');
    const runtime = createRuntime();
    const running = runtime.run(hang());
    await entered;
    await Promise.all([runtime.close(), expect(running).rejects.toMatchObject({ code: 'ERR_CLOSED' })]);
    expect(() => runtime.run(add(1, 2))).toThrow(/^Cannot run a workflow: the runtime is closed/);
    await expect(runtime.digest(1)).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await runtime.close();
  });
});

describe('concurrency', () => {
  test('run overlaps async tasks up to its concurrency and the capacity of inline', async () => {
    const peaks: number[] = [];
    for (const [concurrency, capacity] of [
      [1, 16],
      [3, 16],
      [8, 2],
    ] as const) {
      let now = 0;
      let peak = 0;
      const busy = schedule(
        async (value: number) => {
          peak = Math.max(peak, ++now);
          await Promise.resolve();
          now--;
          return value;
        },
        { name: `runs/busy-${concurrency}` },
      );
      const values = Array.from({ length: 20 }, (_, index) => busy(index));
      expect(await run(values, { concurrency, executor: inline({ concurrency: capacity }) })).toHaveLength(20);
      peaks.push(peak);
    }
    expect(peaks).toEqual([1, 3, 2]);
    expect(() => inline({ concurrency: 0 })).toThrow(RangeError);
  });

  test('run walks the graph in depth when it does one job at a time', async () => {
    const order: string[] = [];
    const note = schedule((name: string, ..._needs: unknown[]) => void order.push(name), { name: 'runs/note' });
    const branch = (name: string) => note(name, note(`${name}1`), note(`${name}2`));
    await run(note('root', branch('a'), branch('b')), { concurrency: 1 });
    expect(order).toEqual(['a1', 'a2', 'a', 'b1', 'b2', 'b', 'root']);
  });
});

describe('display', () => {
  test('a display is told of the start, each event and the end', async () => {
    const told: string[] = [];
    const display: Display = {
      start: (summary) => told.push(`start ${summary.scheduled}`),
      event: ({ type, name }) => told.push(`${type} ${name}`),
      log: () => told.push('log'),
      warning: (message) => told.push(message),
      end: (summary) => told.push(`end ${summary.ran}`),
    };
    await run(add(1, 2), { display });
    expect(told).toEqual([
      'start 0',
      'scheduled arithmetic/add',
      'started arithmetic/add',
      'done arithmetic/add',
      'end 1',
    ]);
  });

  test('a run settles when its display throws', async () => {
    const fail = (): never => {
      throw new Error('shown on purpose');
    };
    const told = vi.spyOn(console, 'error').mockReturnValue();
    const display: Display = { start: fail, event: fail, log: fail, warning: fail, end: fail };
    expect(await run(add(1, 2), { display })).toBe(3);
    expect(told).toHaveBeenCalledWith('A display failed:', expect.objectContaining({ message: 'shown on purpose' }));
    told.mockRestore();
  });

  test('a run rejects when its executor throws', async () => {
    const executor: Executor = {
      name: 'broken',
      open: () => ({
        capacity: 1,
        submit: () => {
          throw new Error('no place to run');
        },
        flush: () => undefined,
        cancel: () => undefined,
        close: () => undefined,
      }),
      close: () => Promise.resolve(),
    };
    await expect(run(add(1, 2), { executor, display: false })).rejects.toThrow('no place to run');
  });

  test('a display of a run takes the place of the runtime’s', async () => {
    let ends = 0;
    const display: Display = { log: () => undefined, warning: () => undefined, end: () => ends++ };
    const runtime = openRuntime({ display });
    await runtime.run(add(1, 2));
    await runtime.run(add(1, 2), { display: false });
    expect(ends).toBe(1);
  });
});

function typesOf(events: readonly JobEvent[], job: number): string[] {
  return events.filter((event) => event.job === job).map(({ type }) => type);
}

/** A task that never ends, one after it, and a promise of the moment when the first has begun. */
function hanging(name: string) {
  const { opened: entered, open } = gate();
  const ran: unknown[] = [];
  const hang = schedule(
    () => {
      open();
      return new Promise<number>(() => undefined);
    },
    { name: `runs/hang-${name}` },
  );
  const after = schedule((value: unknown) => ran.push(value), { name: `runs/after-${name}` });
  return { hang, after, entered, ran };
}
