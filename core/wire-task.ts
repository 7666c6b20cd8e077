/** Tasks on their way between threads, in workflows and among values. */
import { displayTextOf } from './display-text.ts';
import { controlOf, type Hints } from './hints.ts';
import { realm } from './realm.ts';
import { carriedFunction } from './wasm-call.ts';
import type { Hasher } from './hasher.ts';
import { textHash } from './task-identity.ts';
import { deriveTask, findVersion, taskReference, type Task, type TaskReference, haveSameHints } from './task.ts';

/** A task, told to another thread. */
export interface WireTask extends TaskReference, TaskVersion {
  readonly position: string | undefined;
  /** Its hints, but for functions. */
  readonly hints: Hints;
  /** Whether these are not the hints that it was scheduled with. */
  readonly derived: boolean;
  /** Whether it was scheduled inside of a function, where no tool saw it. */
  readonly isEnclosed?: boolean;
}

/** What a thread knows of a task's version. The one that schedules makes the version in keys of it. */
export interface TaskVersion {
  /** The version, where it does not depend on what another thread may know better. */
  readonly version: string | undefined;
  /** The hash of the function's text. */
  readonly textHash?: string | undefined;
  /** Whether there are values that are hashed with it: those that the task was scheduled with, or others. They stay where they are. */
  readonly includes?: 'own' | 'others' | undefined;
}

/** What this thread knows. */
export function knownVersion(task: Task, hasher: Hasher): TaskVersion {
  const { hashIncludes } = task.hints;
  const isOwn = hashIncludes === (task.base ?? task).hints.hashIncludes;
  return {
    version: task.version ?? (hashIncludes === undefined ? task.code?.version : undefined),
    ...(task.fn !== undefined && { textHash: textHash(task, hasher) }),
    ...(hashIncludes !== undefined && { includes: isOwn ? 'own' : 'others' }),
  };
}

/** Writes a task. */
export function wireTask(task: Task, version: TaskVersion): WireTask {
  const { name, named, module, position, carried, slice, isEnclosed } = task;
  const derived = task.base !== undefined;
  return {
    name,
    named,
    module,
    position,
    ...version,
    hints: plainHints(task.hints),
    derived,
    ...(carried && { carried }),
    ...(slice && { slice }),
    ...(isEnclosed && { isEnclosed }),
  };
}

/** Hints as data: functions that decide about retries and caching or tell a call stay where they are, as does what is only hashed. */
export function plainHints({ cacheIf: _cacheIf, hashIncludes: _hashIncludes, display, ...others }: Hints): Hints {
  const hints = typeof display === 'string' ? { ...others, display } : others;
  const { retries } = hints;
  if (typeof retries !== 'object' || retries.retryIf === undefined) return hints;
  const { retryIf: _retryIf, ...policy } = retries;
  return { ...hints, retries: policy };
}

/**
 * The hints of a task in a quoted workflow, which is a value with a key; `undefined` where they are those that it was
 * scheduled with. What only displays ask for does not count.
 */
export function quotedHints({ base, hints }: Task): Hints | undefined {
  if (base === undefined) return undefined;
  const own = withoutDisplay(hints);
  return haveSameHints(own, withoutDisplay(base.hints)) ? undefined : plainHints(own);
}

function withoutDisplay({ display: _display, confirm: _confirm, ...hints }: Hints): Hints {
  return hints;
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
    const own = this.#own(wire, reference);
    if (own !== undefined && !wire.derived) return own;
    const key = `${wire.version ?? wire.textHash} ${wire.includes ?? ''} ${reference} ${wire.derived ? JSON.stringify(wire.hints) : ''}`;
    let task = this.#tasks.get(key);
    if (task === undefined)
      this.#tasks.set(key, (task = own === undefined ? remoteTask(wire) : derivedTask(own, wire)));
    return task;
  }

  /** What it takes from around it is what its own version takes: another one would take it for something else. */
  #own(wire: WireTask, reference: string): Task | undefined {
    const own = realm().tasks.get(reference) ?? this.#builtIn(reference);
    if (wire.slice === undefined || own?.code?.version === undefined) return own;
    return own.code.version === wire.slice.version ? own : findVersion(wire, wire.slice.version);
  }
}

function derivedTask(own: Task, { hints, includes }: WireTask): Task {
  const { name: _name, ...changes } = hints;
  const task = deriveTask(own, changes);
  return includes === 'others' ? { ...task, version: unknownVersion() } : task;
}

function remoteTask({ derived: _derived, includes, ...wire }: WireTask): Task {
  const fn = wire.carried === undefined ? undefined : carriedFunction(wire.carried);
  const version = includes === undefined ? wire.version : unknownVersion();
  const task: Task = { ...wire, version, fn, control: controlOf(wire.hints, wire.name) };
  // Its function is not here: a template finds positions, and no names.
  const display = displayTextOf(wire.hints.display, { ...task, fn: undefined });
  return display === undefined ? task : { ...task, display };
}

/** The version of a task of which this thread cannot know what is hashed with it: nothing is found under it later. */
function unknownVersion(): string {
  return `unknown:${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
}
