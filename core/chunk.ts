import { isThenable } from './capture.ts';
import { unwrap } from './schedule.ts';
import { deriveTask, type AnyFunction, type Task } from './task.ts';

/** Several calls of one task as one job: a task like any other, which every worker knows. */
export const CHUNK: Task = {
  name: 'somen/chunk',
  module: undefined,
  position: undefined,
  named: true,
  fn: computeChunk,
  hints: { name: 'somen/chunk', version: '1' },
  version: '1',
};

/** The chunk task of each element task that has hints. */
const CHUNK_TASKS = new WeakMap<Task, Task>();

/** The task of chunks of a task's calls: run as the task's own calls are, by its hints. */
export function chunkTaskOf(task: Task): Task {
  const known = CHUNK_TASKS.get(task);
  if (known !== undefined) return known;
  const {
    name: _name,
    version: _version,
    hashIncludes: _hashIncludes,
    byRef: _byRef,
    // Those speak of the arguments of one call.
    display: _display,
    confirm: _confirm,
    ...hints
  } = task.hints;
  const chunkTask = Object.keys(hints).length === 0 ? CHUNK : deriveTask(CHUNK, hints);
  CHUNK_TASKS.set(task, chunkTask);
  return chunkTask;
}

function computeChunk(fn: AnyFunction, items: readonly unknown[]): unknown {
  const call = unwrap(fn) as (item: unknown) => unknown;
  const results = items.map((item) => call(item));
  return results.some(isThenable) ? Promise.all(results) : results;
}
