/** How the tasks of a pool's jobs are told to workers. */
import type { Task, TaskReference } from './task.ts';

/** Tasks with their numbers, as one worker was told them. */
export class TaskNumbers {
  readonly #numbers = new Map<Task, number>();

  /** The number of a task, whatever its hints. One that is new is added to `newTasks`, for the worker to be told. */
  numberOf(given: Task, newTasks: (readonly [number, TaskReference])[]): number {
    const task = given.base ?? given;
    const known = this.#numbers.get(task);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(task, number);
    const { name, named, module, carried } = task;
    newTasks.push([number, { name, named, module, ...(carried && { carried }) }]);
    return number;
  }
}
