import { taskOf } from '../core/scheduled.ts';
import { BUILT_IN } from '../core/serializers.ts';
import { describe, type AnyFunction } from '../core/task.ts';
import { TaskNumbers, type ToldTask } from '../core/worker-tasks.ts';

/**
 * A scheduled function without parameters, as another process finds it. `option` is where it was given.
 *
 * @throws TypeError where it is no scheduled function
 */
export function toldTask(fn: AnyFunction | undefined, option: string): ToldTask | undefined {
  if (fn === undefined) return undefined;
  const task = taskOf(fn);
  if (task === undefined)
    throw new TypeError(
      `Cannot use ${describe(fn)} as ${option}: processes find only scheduled functions. Write ${option}: schedule(function ${option}() { ... })`,
    );
  const told: (readonly [number, ToldTask])[] = [];
  new TaskNumbers().numberOf(task, BUILT_IN, told);
  return told[0]?.[1];
}
