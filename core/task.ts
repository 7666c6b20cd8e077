import { callSite } from './call-site.ts';
import { toHex, type Hasher } from './hasher.ts';
import { realm } from './realm.ts';

/** A function as core calls it: the types were checked where it was scheduled. */
export type AnyFunction = (...args: never[]) => unknown;

/** What a user can say about a task. */
export interface Hints {
  /**
   * The task's name. With it the task is the same whatever module it stands in, so it should carry a prefix of
   * your own: `'weather/interpolate'`. @default the function's name, in its module
   */
  name?: string;
  /** Part of the key: change it when the function computes something else. @default a hash of the function's source */
  version?: string;
  /** Whether results are remembered. `false`: never; `true`: even in a run with `store: 'hinted'`. @default the run's `store` */
  store?: boolean;
  /** Runs on the thread that schedules, not in the executor: for what needs the DOM or an open connection. @default false */
  main?: boolean;
}

/** A scheduled function as the engine knows it. Plain data: copies of this package share it through the realm. */
export interface Task {
  /** Its name: given, or the function's own. */
  readonly name: string;
  /** URL of the module that scheduled it, if it has one. */
  readonly module: string | undefined;
  /** `line:column` of the call of `schedule`. */
  readonly position: string | undefined;
  /** Whether the name was given, and so holds without the module. */
  readonly named: boolean;
  /** The function. `undefined` for a task that only workers know (a workflow that came back from one names it). */
  readonly fn: AnyFunction | undefined;
  readonly hints: Readonly<Hints>;
  /**
   * Part of the language, not of a user's program; neither keyed nor reported. A `join` only brings values together
   * (`gather`) and is computed by the engine in place; an `operation` calls what a user's value holds (`p.method()`).
   */
  readonly builtIn?: 'join' | 'operation';
  /** The version, once it was computed from the source. */
  version: string | undefined;
}

/** Enough to find a task in another thread, or to import the module that has it. */
export interface TaskReference {
  readonly name: string;
  readonly named: boolean;
  readonly module: string | undefined;
}

/** The key of a task in the realm: the given name alone, or the module's URL and the function's name. */
export function taskReference(task: TaskReference): string {
  return task.named ? task.name : `${task.module ?? ''}#${task.name}`;
}

/** What stands for the task in keys: the given name, or the module's package-relative path and the function's name. */
export function taskId(task: TaskReference, moduleName: (url: string) => string): string {
  if (task.named) return task.name;
  return `${task.module === undefined ? '' : moduleName(task.module)}#${task.name}`;
}

/** The version in keys: as hinted, else the hex SHA-256 of the function's source text in UTF-8. */
export function taskVersion(task: Task, hasher: Hasher): string {
  if (task.version !== undefined) return task.version;
  const source = String(task.fn);
  task.version = toHex(hasher.hash([new TextEncoder().encode(source)]));
  return task.version;
}

/**
 * Makes a task of a function and enters it into the realm.
 * @throws TypeError where `fn` is no function, has no name, or another function stands under its name already
 */
export function defineTask(fn: AnyFunction, hints: Hints, entry: unknown): Task {
  if (typeof fn !== 'function') {
    throw new TypeError(
      `Cannot schedule ${describe(fn)}: only a function can be a task. Write schedule(function name(...) { ... })`,
    );
  }
  const name = hints.name ?? (fn.name || anonymousName(fn));
  const site = callSite(entry);
  const task: Task = {
    name,
    module: site?.module,
    position: site?.position,
    named: hints.name !== undefined,
    fn,
    hints,
    version: hints.version,
  };
  register(task);
  return task;
}

/** Enters a task into the realm; the same module evaluated twice (a test runner, a bundler's copy) may replace its own. */
function register(task: Task): void {
  const { tasks } = realm();
  const reference = taskReference(task);
  const other = tasks.get(reference);
  if (other !== undefined && !isSameTask(task, other)) {
    throw new TypeError(
      `Cannot schedule '${task.name}' twice${inModule(task.module)}: another function has that name (scheduled at ${placeOf(other)}), ` +
        `and a worker could not tell them apart. Give one of them a name of its own: schedule(fn, { name: 'my-project/${task.name}-2' })`,
    );
  }
  tasks.set(reference, task);
}

/** One definition, seen twice: the same text, scheduled at the same place or in another copy of its module. */
function isSameTask(task: Task, other: Task): boolean {
  if (task.fn === other.fn) return true;
  if (String(task.fn) !== String(other.fn)) return false;
  return task.named && task.module !== other.module;
}

/** Where a task was scheduled, for messages. */
export function placeOf(task: Task): string {
  return task.module === undefined ? 'no file' : `${task.module}:${task.position}`;
}

function inModule(module: string | undefined): string {
  return module === undefined ? '' : ` in ${module}`;
}

/** A function without a name is called by its text (FNV-1a, 32 bits), so that moving it changes nothing. */
function anonymousName(fn: AnyFunction): string {
  let hash = 0x811c9dc5;
  for (const character of String(fn)) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return `anonymous-${hash.toString(16).padStart(8, '0')}`;
}

/** A value, named for a message. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return `an object of class ${value.constructor?.name ?? 'null'}`;
  return typeof value === 'string'
    ? `the string '${value.slice(0, 40)}'`
    : `${typeof value} ${String(value).slice(0, 40)}`;
}
