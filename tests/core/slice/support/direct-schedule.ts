/** Stands in for `somen` in tests of lifting: tasks are called at once, and are known by the names in their marks. */

type AnyFunction = (...args: unknown[]) => unknown;

/** A mark as tools write it. */
export interface Mark {
  readonly module: string;
  readonly name: string;
  readonly version?: string;
  readonly slice?: string;
  readonly captured?: () => readonly unknown[];
  readonly captures?: readonly string[];
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

/** Makes a task that is called at once, with what it captures in front; as a decorator, it only notes the mark. */
export function schedule(fn: AnyFunction | object, context?: object): AnyFunction {
  if (typeof fn !== 'function') return (method) => note(method as AnyFunction).fn;
  if (context !== undefined && 'addInitializer' in context) return note(fn as AnyFunction).fn;
  const { mark, fn: plain } = note(fn as AnyFunction);
  const task: AnyFunction = (...args) => (mark?.captured ? plain(mark.captured(), ...args) : plain(...args));
  behind.set(task, { fn: plain, mark });
  return task;
}

function note(fn: AnyFunction): MarkedFunction {
  const marked = { fn, mark: (fn as { [MARK]?: Mark })[MARK] };
  if (marked.mark !== undefined) registry.set(marked.mark.name, marked);
  return marked;
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
  return (...args) => fn(...args);
}

/** The function behind a task. */
export function unwrap(task: AnyFunction): AnyFunction {
  return behind.get(task)?.fn ?? task;
}
