/** Errors and console output of tasks in worker threads. */
import { run, TaskError } from 'somen/node';
import { expect, test } from 'vitest';
import * as tasks from './fixtures/tasks.mjs';
import { eventsOf, pool, rejection } from './support/pool.ts';

test('an error keeps the name of its class, its code and its own fields', async () => {
  const error = await rejection(run(tasks.throwError('class'), { executor: pool() }));
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'LimitError', message: 'Too much', code: 'ERR_LIMIT', limit: { max: 3 } });
  expect(error).toMatchObject({ job: { task: 'throwError', arguments: "'class'", attempts: 1 } });
});

test('an error keeps the stack of the worker', async () => {
  const error = await rejection(run(tasks.throwError('class'), { executor: pool() }));
  expect(error.stack).toMatch(/^LimitError: Too much\n.*throwError.*tasks\.mjs:\d+/);
});

test('an error keeps the chain of its causes', async () => {
  const error = await rejection(run(tasks.throwError('cause'), { executor: pool() }));
  expect(error).toMatchObject({
    message: 'Outer',
    cause: { message: 'Middle', cause: { name: 'LimitError', message: 'Inner', limit: 1 } },
  });
  expect(error.cause).toBeInstanceOf(TypeError);
});

test('an AggregateError keeps its errors', async () => {
  const error = await rejection(run(tasks.throwError('aggregate'), { executor: pool() }));
  expect(error).toBeInstanceOf(AggregateError);
  expect(error).toMatchObject({ message: 'Several', errors: [{ name: 'TypeError', message: 'One' }, 2] });
});

test('an error with a field that cannot be cloned tells it as text', async () => {
  const error = await rejection(run(tasks.throwError('uncloneable'), { executor: pool() }));
  expect(error).toMatchObject({ message: 'Odd', fine: 5, callback: '[function callback]' });
});

test.each([['a string'], [undefined], [null], [42]])(
  'something thrown that is no object (%s) becomes the cause of a TaskError',
  async (thrown) => {
    const error = await rejection(run(tasks.throwError(thrown), { executor: pool({ size: 1 }) }));
    expect(error).toBeInstanceOf(TaskError);
    expect(error).toMatchObject({ cause: thrown, job: { task: 'throwError' } });
  },
);

test('an object that is thrown and is no error stays as it is', async () => {
  const thrown: unknown = await rejection(run(tasks.throwError({ status: 404 }), { executor: pool() }));
  expect(thrown).toMatchObject({ status: 404 });
});

test('an asynchronous task rejects the run with its error', async () => {
  expect(await rejection(run(tasks.rejectLater(), { executor: pool() }))).toMatchObject({
    name: 'LimitError',
    limit: 9,
  });
});

test('what a task writes to the console becomes log events, as it was then', async () => {
  const events = await eventsOf(run(tasks.logAll(), { executor: pool(), display: false }));
  const logs = events.flatMap((event) => (event.type === 'log' ? [[event.name, event.level, ...event.values]] : []));
  expect(logs).toEqual([
    ['logAll', 'debug', 'debug', 1],
    ['logAll', 'info', 'info', [1]],
    ['logAll', 'log', 'log', '[function ]'],
    ['logAll', 'warn', 'warn', '{ nested: { callback: [function callback] } }'],
    ['logAll', 'error', 'error', expect.objectContaining({ message: 'Logged' })],
  ]);
});

test('what a module writes when a worker imports it is not written again', async () => {
  const events = await eventsOf(run(tasks.add(1, 2), { executor: pool(), display: false }));
  expect(events.map((event) => event.type)).toEqual(['scheduled', 'started', 'done']);
});
