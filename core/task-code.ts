/**
 * What tools know of a task's code. A build plugin or a loader leaves it with the function itself, before `schedule`
 * sees that: at run time nobody can tell what a function reaches.
 */

import { realm } from './realm.ts';

/** Where it stands: in every copy of this package, and in code that imports none. */
export const CODE: unique symbol = Symbol.for('somen.code/1') as never;

/** See above. */
export interface TaskCode {
  /** Stands in the place of the URL of the module that schedules the task: `somen:my-app/src/view.tsx`. */
  readonly module: string;
  /** Its name in that module, unless the hints give one. */
  readonly name: string;
  /** The closure hash, 64 hex characters; missing where the code cannot be followed. */
  readonly version?: string;
  /** URL of a module that schedules the task and holds only what the module's tasks reach. Workers import it. */
  readonly slice?: string;
  /** Why there is no version and no slice, in words. */
  readonly refused?: string;
  /**
   * The values that the function takes from the function around it, which is called with their array as its first
   * argument. They are asked for with each call.
   */
  readonly captured?: Captured;
  /** The names of these values in the source, for messages. */
  readonly captures?: readonly string[];
}

/** Gives the values that a function takes from the one around it. */
export type Captured = () => readonly unknown[];

/** Leads from a scheduled function to what it takes from the function around it. */
export const CAPTURING: unique symbol = Symbol.for('somen.captured/1') as never;

/** What a scheduled function takes from the function around it: its task's first argument. */
export interface Capturing {
  readonly values: Captured;
  /** Whether the values are copies, which nobody changes any more. */
  readonly isOwn: boolean;
  /** The same function with copies of the values. */
  readonly withOwn: (values: readonly unknown[]) => unknown;
}

/** The same for a value: nothing for what is no scheduled function, or takes nothing. */
export function capturingOf(fn: unknown): Capturing | undefined {
  return typeof fn === 'function' ? (fn as { [CAPTURING]?: Capturing })[CAPTURING] : undefined;
}

/** What a tool left with a function or a class: with itself, as a class inherits what its base class has. */
export function codeOf(marked: object): TaskCode | undefined {
  const code = Object.hasOwn(marked, CODE) ? (marked as { [CODE]?: TaskCode })[CODE] : undefined;
  const { scheduledAs } = realm();
  if (code === undefined || scheduledAs === undefined) return code;
  return { ...code, module: scheduledAs(code.module), ...(code.slice && { slice: scheduledAs(code.slice) }) };
}

/** The scheme of module URLs that hold wherever the module is: what comes after it stands in ids as it is. */
const SCHEME = 'somen:';

/** A platform's names of modules, with those that tools gave. */
export function moduleNames(moduleName: (url: string) => string): (url: string) => string {
  return (url) => (url.startsWith(SCHEME) ? url.slice(SCHEME.length) : moduleName(url));
}

/** A module that stands for another one in workers. */
export interface TaskSlice {
  readonly url: string;
  /** The closure hash of the task in it: a worker that has the task of an earlier one imports it. */
  readonly version: string;
}

/** The slice that a tool made, if it made one. */
export function sliceOf({ slice, version }: TaskCode): TaskSlice | undefined {
  return slice === undefined || version === undefined ? undefined : { url: slice, version };
}
