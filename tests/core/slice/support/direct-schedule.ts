/** Stands in for `somen` in tests of lifting: tasks are called at once, and are known by the names in their marks. */

type AnyFunction = (...args: unknown[]) => unknown;

/** A mark as tools write it. */
export interface Mark {
  readonly module: string;
  readonly name: string;
  readonly version?: string;
  readonly slice?: string;
  readonly captured?: () => readonly unknown[];
}

/** A function that was scheduled, with its mark. */
export interface MarkedFunction {
  readonly fn: AnyFunction;
  readonly mark: Mark | undefined;
}

const MARK = Symbol.for('somen.code/1');

/** All that was scheduled, the latest of each name. */
export const registry: Map<string, MarkedFunction> = new Map();

/** Behind each task, its function. */
export const behind: WeakMap<AnyFunction, MarkedFunction> = new WeakMap();

/** Makes a task that is called at once, with what it captures in front. */
export function schedule(fn: AnyFunction): AnyFunction {
  const mark = (fn as { [MARK]?: Mark })[MARK];
  const task: AnyFunction = (...args) => (mark?.captured ? fn(mark.captured(), ...args) : fn(...args));
  if (mark !== undefined) registry.set(mark.name, { fn, mark });
  behind.set(task, { fn, mark });
  return task;
}

/** Likewise, several. */
export function tasks(
  _namespace: string,
  functions: Readonly<Record<string, AnyFunction>>,
): Record<string, AnyFunction> {
  return Object.fromEntries(Object.entries(functions).map(([key, fn]) => [key, schedule(fn)]));
}

/** As the package's own, but for functions that do not fail. */
export function maybe(fn: AnyFunction): AnyFunction {
  return (...args) => [fn(...args)];
}
