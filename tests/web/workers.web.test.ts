/** Web Workers as an executor. */
import {
  delay,
  gather,
  gatherAll,
  indexedDbCache,
  memoryCache,
  run,
  TaskNotFoundError,
  WorkerLoadError,
  WorkerLostError,
} from 'somen/web';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { keyedWorkflow, WORKFLOW_KEYS } from '../node/fixtures/keyed-workflow.mjs';
import { title } from './fixtures/needs-page.ts';
import { square } from './fixtures/own-tasks.ts';
import * as tasks from './fixtures/tasks.ts';
import { eventOf, eventsOf, openRuntime, pool, rejection } from './support/pool.ts';

/** What an abort may take on a busy machine, in milliseconds. */
const PROMPT = 5000;

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('results', () => {
  test('run computes a diamond on workers', async () => {
    const u = tasks.add(5, 4);
    expect(await run(gather(tasks.add(u, u), tasks.isInWorker(), tasks.onMain()), { executor: pool() })).toEqual([
      18,
      true,
      false,
    ]);
  });

  test('run gives the results of 5,000 short tasks in the order of the calls', async () => {
    const calls = Array.from({ length: 5000 }, (_, index) => tasks.add(index, 1));
    const results = await run(gatherAll(calls), { executor: pool() });
    expect(results).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
  });

  test('run uses all workers of a pool', async () => {
    const channel = crypto.randomUUID();
    // Neither ends before it has heard of the other.
    expect(await run(gather(tasks.meet(channel, 1), tasks.meet(channel, 2)), { executor: pool() })).toEqual([2, 1]);
  });

  test('1,000 steps of a tail recursion run on workers', async () => {
    expect(await run(tasks.countDown(1000, 0), { executor: pool() })).toBe(500_500);
  });

  test('workers refuse a size that is no whole number from 1', () => {
    for (const size of [0, -1, 1.5, NaN]) expect(() => pool({ size })).toThrow(RangeError);
  });

  test('workers start again after their idle time', async () => {
    const executor = pool({ size: 1, idleTimeout: 1 });
    expect(await run(tasks.add(1, 2), { executor })).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await run(tasks.add(3, 4), { executor })).toBe(7);
  });
});

describe('values', () => {
  test('typed arrays in results arrive whole', async () => {
    const [large, small, view] = await run(gather(tasks.numbers(1_000_000), tasks.numbers(3), tasks.subView()), {
      executor: pool(),
    });
    expect([large.length, large[999_999]]).toEqual([1_000_000, 999_999]);
    expect(small).toEqual(Float64Array.of(0, 1, 2));
    expect([view.length, view[0], view.at(-1)]).toEqual([5000, 1000, 5999]);
  });

  test('a typed array in a result is handed over and not copied, so a task that keeps it is told', async () => {
    const executor = pool({ size: 1 });
    expect((await run(tasks.keep(), { executor })).length).toBe(1024);
    expect((await rejection(run(tasks.keep(), { executor }))).message).toContain('return a copy');
  });

  test('the memory of a WebAssembly module, which cannot be handed over, is copied', async () => {
    const bytes = await run(tasks.wasmMemory(), { executor: pool() });
    expect([bytes.length, bytes[0], bytes.at(-1)]).toEqual([65_536, 9, 9]);
  });

  test('a Blob arrives with its type', async () => {
    const blob = await run(tasks.blob('content'), { executor: pool() });
    expect([blob.type, await blob.text()]).toEqual(['text/plain', 'content']);
  });

  test('calls that share an argument each get their own, also within one batch', async () => {
    const executor = pool({ size: 1 });
    await run(gatherAll(Array.from({ length: 500 }, (_, index) => tasks.add(index, 1))), { executor });
    const shared = tasks.numbers(4096);
    const results = await run(
      gatherAll(Array.from({ length: 100 }, (_, index) => tasks.overwrite(shared, index + 1))),
      { executor },
    );
    expect(results.map(({ before }) => before)).toEqual(Array.from({ length: 100 }, () => 0));
    expect(results.every(({ list }, index) => list[0] === index + 1 && list[4095] === 4095)).toBe(true);
  });

  test.each([
    ['function', 'result.list[0]'],
    ['platform', 'result'],
  ] as const)('a result that holds a value of the kind %s is refused with its path', async (kind, path) => {
    const error = await rejection(run(tasks.notCloneable(kind), { executor: pool({ size: 1 }) }));
    expect(error).toMatchObject({
      name: 'SerializationError',
      code: 'ERR_SERIALIZATION',
      path,
      job: { task: 'notCloneable' },
    });
  });

  test('an argument that cannot be sent is refused with its path', async () => {
    const executor = pool({ size: 1 });
    for (const [value, path] of [
      [{ callback: () => 1 }, 'args[0].callback'],
      [document.createElement('p'), 'args[0]'],
    ] as const) {
      const error = await rejection(run(tasks.identity(value), { executor }));
      expect(error).toMatchObject({ name: 'SerializationError', path, job: { task: 'identity' } });
    }
    expect(await run(tasks.add(1, 2), { executor })).toBe(3);
  });
});

describe('errors and logs', () => {
  test('an error keeps the name of its class, its code, its fields, its cause and the stack of the worker', async () => {
    const error = await rejection(run(tasks.fail('Too much'), { executor: pool() }));
    expect(error).toMatchObject({
      name: 'LimitError',
      message: 'Too much',
      code: 'ERR_LIMIT',
      limit: 3,
      cause: { message: 'Inner' },
    });
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.stack).toContain('tasks.ts');
    expect(error).toMatchObject({ job: { task: 'fail', arguments: "'Too much'" } });
  });

  test('what a task writes to the console becomes log events, as it was then', async () => {
    const events = await eventsOf(run(tasks.logAll(), { executor: pool(), display: false }));
    const logs = events.flatMap((event) => (event.type === 'log' ? [[event.name, event.level, ...event.values]] : []));
    expect(logs).toEqual([
      ['logAll', 'debug', 'debug', 1],
      ['logAll', 'info', 'info', [1]],
      ['logAll', 'log', 'log', '[function ]'],
      ['logAll', 'warn', 'warn', new Map([[1, 2]])],
      ['logAll', 'error', 'error', expect.objectContaining({ message: 'Logged' })],
    ]);
  });

  test('a task that closes its worker fails with a WorkerLostError that names it, and others are unharmed', async () => {
    const executor = pool();
    const runtime = openRuntime({ executor, display: false });
    const others = runtime.run(gatherAll(Array.from({ length: 50 }, (_, index) => tasks.add(index, 1))));
    const error = await rejection(runtime.run(tasks.close()));
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(error).toMatchObject({ code: 'ERR_WORKER_LOST', job: { task: 'close', attempts: 3 } });
    expect(error.message).toContain('closed itself');
    expect((await others).at(-1)).toBe(50);
    expect(await runtime.run(tasks.add(1, 2))).toBe(3);
  });
});

describe('aborts', () => {
  test('an abort ends a task that is stuck in a synchronous loop, and the pool stays usable', async () => {
    const executor = pool({ size: 1 });
    const controller = new AbortController();
    const running = run(tasks.endless(), { executor, signal: controller.signal, display: false });
    const failed = rejection(running);
    await eventOf(running, 'log');
    const start = performance.now();
    controller.abort(new Error('Enough'));
    expect(await failed).toMatchObject({ message: 'Enough' });
    expect(await run(tasks.add(1, 2), { executor })).toBe(3);
    expect(performance.now() - start).toBeLessThan(PROMPT);
  });

  test('an abort before the workers have started leaves the pool usable', async () => {
    const executor = pool();
    const running = run(tasks.endless(), { executor, display: false });
    const failed = rejection(running);
    await Promise.resolve();
    running.abort();
    expect(await failed).toMatchObject({ name: 'AbortError' });
    expect(await run(tasks.add(1, 2), { executor })).toBe(3);
  });

  test('an abort leaves other runs alone', async () => {
    const runtime = openRuntime({ executor: pool(), display: false });
    const stuck = runtime.run(tasks.endless());
    const failed = rejection(stuck);
    const others = runtime.run(gatherAll(Array.from({ length: 30 }, (_, index) => tasks.wait(2, index))));
    await eventOf(stuck, 'log');
    stuck.abort();
    expect(await failed).toMatchObject({ name: 'AbortError' });
    expect((await others).at(-1)).toBe(29);
  });
});

describe('how workers and tasks load', () => {
  test('a worker module of the user runs the tasks that it imports', async () => {
    const create = (): Worker => new Worker(new URL('./fixtures/own-worker.ts', import.meta.url), { type: 'module' });
    const executor = pool({ create });
    expect(await run(square(7), { executor })).toBe(49);
    const error = await rejection(run(tasks.add(1, 2), { executor }));
    expect(error).toBeInstanceOf(TaskNotFoundError);
    expect(error.message).toMatch(/'add'.*imports no modules.*registered there: 'own\/square'/);
  });

  test('a worker file that is missing gives a WorkerLoadError, and nothing stays pending', async () => {
    const executor = pool({ create: () => new Worker('/tests/web/fixtures/missing.js', { type: 'module' }) });
    const error = await rejection(
      run(gatherAll(Array.from({ length: 100 }, (_, index) => tasks.add(index, 1))), { executor }),
    );
    expect(error).toBeInstanceOf(WorkerLoadError);
    expect(error.message).toMatch(/^Cannot start worker somen-\d+ from what create returned: /);
  });

  test('a worker module that throws gives a WorkerLoadError', async () => {
    const create = (): Worker =>
      new Worker(new URL('./fixtures/throwing-worker.ts', import.meta.url), { type: 'module' });
    const error = await rejection(run(tasks.add(1, 2), { executor: pool({ create }) }));
    expect(error).toBeInstanceOf(WorkerLoadError);
    expect(error.message).toContain('This module throws');
  });

  test('a worker starts from a Blob where its file is not served', async () => {
    const started: string[] = [];
    vi.stubGlobal('Worker', notServed(Worker, started));
    expect(await run(tasks.add(1, 2), { executor: pool({ size: 1 }) })).toBe(3);
    expect(started.map((url) => url.split(':')[0])).toEqual([expect.stringMatching(/^http/), 'blob']);
  });

  test('a worker that starts neither from its file nor from a Blob gives a WorkerLoadError with its URL', async () => {
    vi.stubGlobal('Worker', neverServed(Worker));
    const error = await rejection(run(tasks.add(1, 2), { executor: pool({ size: 1 }) }));
    expect(error).toBeInstanceOf(WorkerLoadError);
    expect(error.message).toMatch(/^Cannot start worker somen-1 from http.*\/web\/worker\.js.*workers\({ create }\)$/);
  });

  test('a module that needs the page fails its tasks with the reason', async () => {
    const error = await rejection(run(title(), { executor: pool({ size: 1 }) }));
    expect(error).toBeInstanceOf(TaskNotFoundError);
    expect(error.message).toMatch(/needs-page\.ts.* does not load there.*document/);
  });
});

describe('keys and caches', () => {
  test('a workflow has the keys in this engine that it has everywhere', async () => {
    const events = await eventsOf(run(keyedWorkflow(), { executor: pool(), cache: memoryCache(), display: false }));
    const keys = events.flatMap(({ type, name, key }) => (type === 'done' ? `${name} ${key}` : []));
    expect(new Set(keys)).toEqual(WORKFLOW_KEYS);
  });

  test('indexedDbCache gives a second runtime what the first one computed', async () => {
    const name = `somen-test-${crypto.randomUUID()}`;
    const summaries = [];
    const results = [];
    for (let round = 0; round < 2; round++) {
      const runtime = openRuntime({ executor: pool({ size: 1 }), cache: indexedDbCache(name), display: false });
      const running = runtime.run(gather(tasks.numbers(5000), tasks.add(1, 2)));
      results.push(await running);
      summaries.push({ ...running.summary });
      await runtime.close();
    }
    expect(summaries.map(({ ran, retrieved }) => [ran, retrieved])).toEqual([
      [2, 0],
      [0, 2],
    ]);
    expect(results[1]).toEqual(results[0]);
    indexedDB.deleteDatabase(name);
  });

  test('a run without workers needs none', async () => {
    expect(await run(delay(5))).toBe(5);
  });
});

/** The engine's own `Worker`, on a server that has no file for the packaged worker. */
function notServed(Original: typeof Worker, started: string[]): typeof Worker {
  return class extends Original {
    constructor(url: string | URL, options?: WorkerOptions) {
      const { href, protocol } = new URL(url, location.href);
      started.push(href);
      super(protocol === 'blob:' ? withVitest(href) : '/dist/web/not-served.js', options);
    }
  };
}

/** The engine's own `Worker`, where neither files nor Blobs may be workers. */
function neverServed(Original: typeof Worker): typeof Worker {
  return class extends Original {
    constructor(_url: string | URL, options?: WorkerOptions) {
      super('/dist/web/not-served.js', options);
    }
  };
}

/** Vitest rewrites `import()` in modules that are no worker's entry, and its half of that is not there in a worker. */
function withVitest(url: string): string {
  const shim = blobUrl('globalThis.__vitest_browser_runner__ = { wrapDynamicImport: (load) => load() };');
  return blobUrl(`import '${shim}'; import '${url}';`);
}

function blobUrl(source: string): string {
  return URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
}
