import { callSite, type CallSite } from './call-site.ts';
import { displayTextOf, type DisplayText } from './display-text.ts';
import { checkHints, controlOf, type Hints, type TaskControl } from './hints.ts';
import { LABEL, type MaybeLabel } from './maybe-label.ts';
import { realm } from './realm.ts';
import { codeOf, sliceOf, type TaskCode, type TaskSlice } from './task-code.ts';
import type { CarriedFunction } from './wasm-call.ts';

/** A function as core calls it: the types were checked where it was scheduled. */
export type AnyFunction = (...args: never[]) => unknown;

/** A scheduled function as the engine knows it. Plain data: copies of this package share it through the realm. */
export interface Task {
  /** Its name: given, or the function's own. */
  readonly name: string;
  /** URL of the module that scheduled it, if it has one; or what a tool says in its place. */
  readonly module: string | undefined;
  /** `line:column` of the call of `schedule`. */
  readonly position: string | undefined;
  /** Whether the name was given, and so holds without the module. */
  readonly named: boolean;
  /** The function. `undefined` for a task that only workers know (a workflow that came back from one names it). */
  readonly fn: AnyFunction | undefined;
  readonly hints: Hints;
  /** What of the hints concerns how its jobs are run; missing where there is no such hint. */
  readonly control?: TaskControl | undefined;
  /** What displays show for its calls; missing without the hint `display`. */
  readonly display?: DisplayText | undefined;
  /** Whether it is a method, whose first argument is the instance. */
  readonly isMethod?: boolean;
  /** What a worker makes the function of, where no module has it. */
  readonly carried?: CarriedFunction | undefined;
  /** What workers import in place of its module. */
  readonly slice?: TaskSlice | undefined;
  /** What a tool said of its code. */
  readonly code?: TaskCode | undefined;
  /** Whether it was scheduled inside of a function, and no tool knows its code: it may take values from there. */
  readonly isEnclosed?: boolean;
  /** The task as it was scheduled, where this one has other hints (`updateHints`). */
  readonly base?: Task | undefined;
  /**
   * Part of the language, not of a user's program; neither keyed nor reported. A `join` only brings values together
   * (`gather`) and is computed by the engine in place; an `operation` calls what a user's value holds (`p.method()`).
   */
  readonly builtIn?: 'join' | 'operation';
  /** The version in keys, once it is known for good. */
  version: string | undefined;
  /** The hash of the function's text, once it was asked for. */
  textHash?: string | undefined;
}

/** Enough to find a task in another thread, or to import the module that has it. */
export interface TaskReference {
  readonly name: string;
  readonly named: boolean;
  readonly module: string | undefined;
  /** What a worker makes its function of, where no module has it. */
  readonly carried?: CarriedFunction | undefined;
  /** What to import in place of the module. */
  readonly slice?: TaskSlice | undefined;
}

/** The key of a task in the realm: the given name alone, or the module's URL and the function's name. */
export function taskReference(task: TaskReference): string {
  return task.named ? task.name : `${task.module ?? ''}#${task.name}`;
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
  const site = callSite(entry);
  return makeTask(fn, hints, site);
}

/** How a function is a method: of its instances, or of its class. */
export type MethodKind = 'own' | 'static';

/**
 * Makes a task of a function that was scheduled at `site`. Of methods, two of a module may have one name: the second
 * is called by its text, too.
 */
export function makeTask(
  fn: AnyFunction,
  hints: Hints,
  site: CallSite | undefined,
  method?: MethodKind,
  carried?: CarriedFunction,
): Task {
  const code = codeOf(fn);
  const name = hints.name ?? code?.name ?? (fn.name || anonymousName(fn));
  const label = (fn as { [LABEL]?: MaybeLabel })[LABEL];
  if (label !== undefined) label.name = name;
  checkHints(hints, name);
  const task: Writable<Task> = {
    name,
    module: code?.module ?? site?.module,
    position: site?.position,
    named: hints.name !== undefined,
    fn,
    hints,
    control: controlOf(hints, name),
    version: statedVersion(hints),
    ...(method === 'own' && { isMethod: true }),
    ...(carried && { carried }),
    ...(code ? { code, slice: sliceOf(code) } : site?.isEnclosed === true && { isEnclosed: true }),
  };
  const display = displayTextOf(hints.display, task);
  if (display !== undefined) task.display = display;
  const same = code?.version === undefined ? undefined : sameCode(task);
  if (same !== undefined) return haveSameHints(hints, same.hints) ? same : { ...task, fn: same.fn, base: same };
  const other = method !== undefined && !task.named ? realm().tasks.get(taskReference(task)) : undefined;
  if (other !== undefined && !isSameTask(task, other)) task.name = `${name}-${textHash(fn)}`;
  register(task);
  return task;
}

/** The version that the hints say, where it says all. */
function statedVersion({ version, hashIncludes }: Hints): string | undefined {
  return hashIncludes === undefined ? version : undefined;
}

/** A function inside of another one is scheduled with each call of that: it is the same task if it has the same code. */
function sameCode(task: Task): Task | undefined {
  const other = realm().tasks.get(taskReference(task));
  return other?.code?.version === task.code?.version ? other : undefined;
}

/** Most that are given again are the same: a name, or none at all. */
export function haveSameHints(hints: Hints, others: Hints): boolean {
  const names = Object.keys(hints) as (keyof Hints)[];
  return names.length === Object.keys(others).length && names.every((name) => hints[name] === others[name]);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Gives a task a better name, now that its class is known. The same happens wherever its module is evaluated. */
export function renameTask(task: Task, name: string): void {
  realm().tasks.delete(taskReference(task));
  (task as Writable<Task>).name = name;
  register(task);
}

/**
 * The same task with some other hints.
 * @throws TypeError where they change its name, by which workers find it
 */
export function deriveTask(task: Task, changes: Hints): Task {
  if (changes.name !== undefined && changes.name !== task.name)
    throw new TypeError(
      `Cannot rename '${task.name}' to '${changes.name}' in a call: workers find it by its name. Schedule the function under that name`,
    );
  const hints = { ...task.hints, ...changes };
  const version = 'version' in changes || 'hashIncludes' in changes ? statedVersion(hints) : task.version;
  const display = 'display' in changes ? displayTextOf(changes.display, task) : task.display;
  return { ...task, hints, control: controlOf(hints, task.name), display, version, base: task.base ?? task };
}

/** Enters a task into the realm; the same module evaluated twice (a test runner, a bundler's copy) may replace its own. */
function register(task: Task): void {
  const { tasks } = realm();
  const reference = taskReference(task);
  const other = tasks.get(reference);
  // With a tool that knows the code, the newer one is what the module holds now.
  const isNewer = task.code !== undefined && other?.code !== undefined;
  if (other !== undefined && !isNewer && !isSameTask(task, other)) {
    throw new TypeError(
      `Cannot schedule '${task.name}' twice${inModule(task.module)}: ${isSamePlace(task, other) ? againText(other) : othersText(other)}`,
    );
  }
  tasks.set(reference, task);
  const version = task.code?.version;
  if (version !== undefined) (realm().versions ??= new Map()).set(versionReference(task, version), task);
}

/** The task with that code, also where another one has its name by now: an edited one, or that of another session. */
export function findVersion(reference: TaskReference, version: string): Task | undefined {
  return realm().versions?.get(versionReference(reference, version));
}

function versionReference(reference: TaskReference, version: string): string {
  return `${version} ${taskReference(reference)}`;
}

/** One definition, seen twice: the same text, scheduled at the same place or in another copy of its module. */
function isSameTask(task: Task, other: Task): boolean {
  if (task.fn === other.fn) return true;
  if (String(task.fn) !== String(other.fn)) return false;
  return task.named && task.module !== other.module;
}

/** The same text at the same place: a loop, or a function that was called twice. */
function isSamePlace(task: Task, other: Task): boolean {
  return task.module === other.module && task.position === other.position && String(task.fn) === String(other.fn);
}

function againText(other: Task): string {
  return (
    `it stands in a function or a loop that ran twice (scheduled at ${placeOf(other)}), and a worker could not tell which of them is meant. ` +
    'Schedule it once, at the top level of its module, and pass what it needs as arguments; or use the tools that tell tasks in functions apart, ' +
    'node --import somen/node/register or the Vite plugin somen/vite. With these, too, what it takes from there must be no this, no class, and no variable that is changed: ' +
    'copy that into a const before the task'
  );
}

function othersText(other: Task): string {
  return (
    `another function has that name (scheduled at ${placeOf(other)}), and a worker could not tell them apart. ` +
    `Give one of them a name of its own: schedule(fn, { name: 'my-project/${other.name}-2' })`
  );
}

/** Where a task was scheduled, for messages. */
export function placeOf(task: Task): string {
  return task.module === undefined ? 'no file' : `${task.module}:${task.position}`;
}

function inModule(module: string | undefined): string {
  return module === undefined ? '' : ` in ${module}`;
}

/** A function without a name is called by its text, so that moving it changes nothing. */
function anonymousName(fn: AnyFunction): string {
  return `anonymous-${textHash(fn)}`;
}

/** FNV-1a, 32 bits. */
function textHash(fn: AnyFunction): string {
  let hash = 0x811c9dc5;
  for (const character of String(fn)) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** A value, named for a message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'object') return `an object of class ${value.constructor?.name ?? 'null'}`;
  return typeof value === 'string'
    ? `the string '${value.slice(0, 40)}'`
    : `${typeof value} ${String(value).slice(0, 40)}`;
}
