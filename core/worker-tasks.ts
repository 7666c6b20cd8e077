/** How the tasks of a pool's jobs are told to workers, and those of workflows that come back are understood. */
import { realm } from './realm.ts';
import { taskReference, type Task, type TaskReference } from './task.ts';
import type { WireTask } from './worker-protocol.ts';

/** Tasks with their numbers, as one worker was told them. */
export class TaskNumbers {
  readonly #numbers = new Map<Task, number>();

  /** The number of a task. One that is new is added to `newTasks`, for the worker to be told. */
  numberOf(task: Task, newTasks: (readonly [number, TaskReference])[]): number {
    const known = this.#numbers.get(task);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(task, number);
    newTasks.push([number, { name: task.name, named: task.named, module: task.module }]);
    return number;
  }
}

/** Tasks of modules that only workers have loaded. Each is kept once: a recursion of a million steps names the same one a million times. */
export class RemoteTasks {
  readonly #tasks = new Map<string, Task>();

  /** The task that a worker means: this thread's, if its module is loaded here too, else one that only workers can run. */
  find(wire: WireTask): Task {
    const reference = taskReference(wire);
    const own = realm().tasks.get(reference);
    if (own !== undefined) return own;
    const key = `${wire.version} ${reference}`;
    let task = this.#tasks.get(key);
    if (task === undefined) this.#tasks.set(key, (task = { ...wire, fn: undefined }));
    return task;
  }
}
