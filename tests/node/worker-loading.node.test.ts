/** Workers and modules that do not load, and tasks that are not there. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createRuntime, gatherAll, run, schedule, TaskNotFoundError, WorkerLoadError } from 'somen/node';
import { expect, test } from 'vitest';
import * as tasks from './fixtures/tasks.mjs';
import { pool, rejection, temporaryFolder } from './support/pool.ts';

const fixture = (name: string): URL => new URL(`./fixtures/workers/${name}`, import.meta.url);

test('a worker module of the user runs the tasks that it imports', async () => {
  const executor = pool({ create: () => new Worker(fixture('own.mjs')) });
  expect(await run(tasks.add(1, 2), { executor })).toBe(3);
});

test('a worker file that is missing gives a WorkerLoadError with its URL, and nothing stays pending', async () => {
  const executor = pool({ create: () => new Worker(fixture('missing.mjs')) });
  const error = await rejection(
    run(gatherAll(Array.from({ length: 100 }, (_, index) => tasks.add(index, 1))), { executor }),
  );
  expect(error).toBeInstanceOf(WorkerLoadError);
  expect(error.message).toContain('missing.mjs');
  expect(await rejection(run(tasks.add(1, 2), { executor }))).toBeInstanceOf(WorkerLoadError);
});

test('a worker file with a syntax error gives a WorkerLoadError with the reason', async () => {
  const file = join(await temporaryFolder(), 'broken.mjs');
  await writeFile(file, 'const = 1;\n');
  const error = await rejection(run(tasks.add(1, 2), { executor: pool({ create: () => new Worker(file) }) }));
  expect(error).toBeInstanceOf(WorkerLoadError);
  // Node does not tell the file.
  expect(error.message).toMatch(/^Cannot start worker somen-1 .*SyntaxError: Unexpected token '='$/);
});

test('a worker module that throws gives a WorkerLoadError with the reason', async () => {
  const error = await rejection(
    run(tasks.add(1, 2), { executor: pool({ create: () => new Worker(fixture('throws.mjs')) }) }),
  );
  expect(error).toBeInstanceOf(WorkerLoadError);
  expect(error.message).toMatch(/This module throws/);
  expect(error.message).toContain('throws.mjs');
});

test('a worker module that exits gives a WorkerLoadError with the code', async () => {
  const error = await rejection(
    run(tasks.add(1, 2), { executor: pool({ create: () => new Worker(fixture('exits.mjs')) }) }),
  );
  expect(error).toBeInstanceOf(WorkerLoadError);
  expect(error.message).toContain('exited with code 4');
});

test('create that throws gives a WorkerLoadError with the reason', async () => {
  const executor = pool({
    create: () => {
      throw new Error('No threads left');
    },
  });
  const error = await rejection(run(tasks.add(1, 2), { executor }));
  expect(error).toBeInstanceOf(WorkerLoadError);
  expect(error.message).toContain('No threads left');
});

test('a pool goes on with the workers that load', async () => {
  let count = 0;
  const executor = pool({ size: 3, create: () => new Worker(fixture(count++ === 1 ? 'own.mjs' : 'missing.mjs')) });
  const results = await run(gatherAll(Array.from({ length: 50 }, (_, index) => tasks.add(index, 1))), { executor });
  expect(results.at(-1)).toBe(50);
});

test('a pool whose workers did not load tries again for the next run', async () => {
  let count = 0;
  const executor = pool({ size: 1, create: () => new Worker(fixture(count++ === 0 ? 'missing.mjs' : 'own.mjs')) });
  await using runtime = createRuntime({ executor, display: false });
  expect(await rejection(runtime.run(tasks.add(1, 2)))).toBeInstanceOf(WorkerLoadError);
  expect(await runtime.run(tasks.add(1, 2))).toBe(3);
});

test('a worker that never answers does not keep an aborted run', async () => {
  const executor = pool({ create: () => new Worker(fixture('silent.mjs')) });
  const failed = rejection(run(tasks.add(1, 2), { executor, signal: AbortSignal.timeout(200) }));
  expect(await failed).toMatchObject({ name: 'TimeoutError' });
});

test('a task that its module does not schedule is not found, and the error says what is there', async () => {
  const inner = (() => schedule((value: number) => value, { name: 'worker-loading/inner' }))();
  const error = await rejection(run(inner(1), { executor: pool({ create: () => new Worker(fixture('own.mjs')) }) }));
  expect(error).toMatchObject({
    name: 'TaskNotFoundError',
    code: 'ERR_TASK_NOT_FOUND',
    job: { task: 'worker-loading/inner' },
  });
  expect(error.message).toMatch(
    /'worker-loading\/inner'.*imports no modules.*registered there: .*'add'.*workers\({ create }\)/,
  );
});

test('a task that is scheduled within a function is not found after the import of its module', async () => {
  const file = join(await temporaryFolder(), 'hidden.mjs');
  const somen = import.meta.resolve('somen/node');
  await writeFile(
    file,
    `import { schedule } from '${somen}';
    export const visible = schedule(function visible() {});
    export const make = () => schedule(function hidden() {});`,
  );
  const { make } = (await import(pathToFileURL(file).href)) as { make: () => () => unknown };
  const error = await rejection(run(make()(), { executor: pool({ size: 1 }) }));
  expect(error).toBeInstanceOf(TaskNotFoundError);
  expect(error.message).toMatch(
    /'hidden'.*after the import of file:.*hidden\.mjs; registered there: 'visible'.*top level/,
  );
});

test('a slice that fails when it is evaluated says what it holds, and advises no tool that is in use', async () => {
  const url = new URL('./fixtures/needs-page.mjs', import.meta.url);
  const code = { module: 'somen:app/view.js', name: 'cut', version: '0'.repeat(64), slice: url.href };
  const cut = schedule(Object.assign(() => 1, { [Symbol.for('somen.code/1')]: code }));
  const error = await rejection(run(cut(), { executor: pool({ size: 1 }) }));
  expect(error).toMatchObject({ name: 'TaskNotFoundError', job: { task: 'cut' } });
  expect(error.message).toMatch(
    /needs-page\.mjs does not load there.*document is not defined.*only what the tasks of its module reach.*needs a page/,
  );
  expect(error.message).not.toMatch(/plugin|Workers import the modules/);
});

test('a module that does not load in a worker fails its tasks with the reason', async () => {
  const url = new URL('./fixtures/needs-page.mjs', import.meta.url);
  Object.assign(globalThis, { document: {} });
  const page = (await import(url.href)) as { title: () => number };
  Reflect.deleteProperty(globalThis, 'document');
  const executor = pool({ size: 1 });
  const error = await rejection(run(page.title(), { executor }));
  expect(error).toMatchObject({ name: 'TaskNotFoundError', job: { task: 'title' } });
  expect(error.message).toMatch(/needs-page\.mjs does not load there.*document is not defined/);
  expect(await run(tasks.add(1, 2), { executor })).toBe(3);
});
