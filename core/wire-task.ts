/** Tasks on their way between threads, in workflows and among values. */
import { controlOf, type Hints } from './hints.ts';
import { realm } from './realm.ts';
import { carriedFunction } from './wasm-call.ts';
import { deriveTask, taskReference, type Task, type TaskReference } from './task.ts';

/** A task, told to another thread. */
export interface WireTask extends TaskReference {
  readonly position: string | undefined;
  readonly version: string;
  /** Its hints, but for functions. */
  readonly hints: Hints;
  /** Whether these are not the hints that it was scheduled with. */
  readonly derived: boolean;
}

/** Writes a task. */
export function wireTask(task: Task, version: string): WireTask {
  const { name, named, module, position, carried } = task;
  const derived = task.base !== undefined;
  return {
    name,
    named,
    module,
    position,
    version,
    hints: plainHints(task.hints),
    derived,
    ...(carried && { carried }),
  };
}

/** Hints as data: functions that decide about retries and caching stay where they are. */
export function plainHints({ cacheIf: _cacheIf, ...hints }: Hints): Hints {
  const { retries } = hints;
  if (typeof retries !== 'object' || retries.retryIf === undefined) return hints;
  const { retryIf: _retryIf, ...others } = retries;
  return { ...hints, retries: others };
}

/** Tasks that other threads name. Each is kept once: a recursion of a million steps names the same one a million times. */
export class RemoteTasks {
  readonly #builtIn: (name: string) => Task | undefined;
  readonly #tasks = new Map<string, Task>();

  /** `builtIn` finds the tasks of the language. */
  constructor(builtIn: (name: string) => Task | undefined) {
    this.#builtIn = builtIn;
  }

  /** The task that is meant: this thread's own, if its module is loaded here too, else one that only others can run. */
  find(wire: WireTask): Task {
    const reference = taskReference(wire);
    const own = realm().tasks.get(reference) ?? this.#builtIn(reference);
    if (own !== undefined && !wire.derived) return own;
    const key = `${wire.version} ${reference} ${wire.derived ? JSON.stringify(wire.hints) : ''}`;
    let task = this.#tasks.get(key);
    if (task === undefined)
      this.#tasks.set(key, (task = own === undefined ? remoteTask(wire) : derivedTask(own, wire)));
    return task;
  }
}

function derivedTask(own: Task, { hints, version }: WireTask): Task {
  const { name: _name, ...changes } = hints;
  return deriveTask(own, hints.version === undefined ? changes : { ...changes, version });
}

function remoteTask({ derived: _derived, ...wire }: WireTask): Task {
  const fn = wire.carried === undefined ? undefined : carriedFunction(wire.carried);
  return { ...wire, fn, control: controlOf(wire.hints, wire.name) };
}
