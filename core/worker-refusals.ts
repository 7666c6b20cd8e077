/** Which workers cannot run which tasks, since their code is another. */
import { SomenError } from './errors.ts';
import type { Task } from './task.ts';
import type { PoolQueue } from './pool-queue.ts';
import type { PoolJob } from './worker-batch.ts';
import { OTHER_VERSION } from './worker-tasks.ts';

/** What homes of workers refused; see `WorkerConnection.home`. */
export class Refusals {
  /** What each home said of a task. */
  readonly #byTask = new Map<Task, Map<string, unknown>>();

  /** Whether nothing was refused. */
  get isEmpty(): boolean {
    return this.#byTask.size === 0;
  }

  /** A home's code of a task is another. */
  note(task: Task, home: string, error: unknown): void {
    const plain = task.base ?? task;
    const errors = this.#byTask.get(plain) ?? new Map<string, unknown>();
    this.#byTask.set(plain, errors.set(home, error));
  }

  /** Takes jobs that a home does not refuse out of a list, from its beginning. */
  take(jobs: PoolQueue, home: string, count: number): readonly PoolJob[] {
    if (this.isEmpty) return jobs.take(count);
    return jobs.take(count, ({ request }) => this.#errorsOf(request.task)?.has(home) !== true);
  }

  /** The homes that refuse a task. */
  homesOf(task: Task): readonly string[] {
    return [...(this.#errorsOf(task)?.keys() ?? [])];
  }

  #errorsOf(task: Task): ReadonlyMap<string, unknown> | undefined {
    return this.#byTask.get(task.base ?? task);
  }

  /** The tasks that all of these homes refuse. */
  hopeless(homes: ReadonlySet<string>): ReadonlySet<Task> {
    const tasks = new Set<Task>();
    if (homes.size === 0) return tasks;
    for (const [task, errors] of this.#byTask) if ([...homes].every((home) => errors.has(home))) tasks.add(task);
    return tasks;
  }

  /** The error of a task that all of these homes refuse. */
  everywhere(task: Task, homes: ReadonlySet<string>): SomenError | undefined {
    const errors = this.#errorsOf(task);
    if (errors === undefined || ![...homes].every((home) => errors.has(home))) return undefined;
    const reasons = [...errors].map(([home, error]) => `${home}: ${messageOf(error)}`);
    return new SomenError(
      'ERR_CODE',
      `Cannot run '${task.name}': no worker has the code that the scheduler has. ${reasons.join('; ')}. ${advice([...errors.values()])}`,
      { cause: [...errors.values()][0] },
    );
  }

  /** A worker of a home has ended. If it was the last one, what comes next under that name may have other code. */
  forget(home: string, homes: ReadonlySet<string>): void {
    if (this.#byTask.size === 0 || homes.has(home)) return;
    for (const [task, errors] of this.#byTask) {
      errors.delete(home);
      if (errors.size === 0) this.#byTask.delete(task);
    }
  }

  /** All workers have ended. */
  clear(): void {
    this.#byTask.clear();
  }
}

/** What to do, where workers say this. */
function advice(errors: readonly unknown[]): string {
  const remedies = ['Bring the same code to all machines'];
  // Where code was sent, that could not be.
  if (!errors.some((error) => error instanceof SomenError && error.code === 'ERR_CODE'))
    remedies.push('let workers take the code from here (pilots: acceptCode: true; somen worker: --accept-code)');
  // A version makes the same of what differs, and nothing of what is missing.
  if (errors.some((error) => messageOf(error).includes(OTHER_VERSION)))
    remedies.push("give the task a version: schedule(fn, { version: '1' })");
  const last = remedies.pop() ?? '';
  return remedies.length === 0 ? last : `${remedies.join(', ')}, or ${last}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
