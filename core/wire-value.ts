/** Values on their way between threads, by structured clone. */
import { SerializationError } from './errors.ts';
import { describe } from './task.ts';
import { isCloneable } from './wire-error.ts';

/** Buffers from this size on are worth a transfer; smaller ones are copied faster, in bytes. */
const MIN_TRANSFER = 4096;
/** Nesting deeper than this is left to structured clone to judge. */
const MAX_DEPTH = 512;

/**
 * Refuses what would not arrive as it is: functions, symbols, JavaScript promises, and instances of users' classes,
 * which structured clone would silently turn into plain objects. The objects that are met, and the buffers of views,
 * are added to `seen`; what stands there already is not looked into again.
 * @throws SerializationError with the path from `root`
 */
export function checkCloneable(value: unknown, root: string, seen: Set<object> = new Set()): void {
  const problem = findProblem(value, root, seen, 0);
  if (problem === undefined) return;
  const { path, what } = problem;
  throw new SerializationError(
    `Cannot send ${path} to another thread: it is ${what}. Pass plain data, or run with executor: inline()`,
    path,
  );
}

/** Where structured clone failed on a value that looked harmless. */
export function describeCloneFailure(path: string, cause: unknown): SerializationError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new SerializationError(`Cannot send ${path} to another thread: ${message}`, path, { cause });
}

/** As {@link describeCloneFailure}, for the arguments of a call. */
export function describeArgumentFailure(args: readonly unknown[], cause: unknown): SerializationError {
  const index = args.findIndex((value) => !isCloneable(value));
  return describeCloneFailure(`args[${Math.max(index, 0)}]`, cause);
}

interface Problem {
  readonly path: string;
  readonly what: string;
}

function findProblem(value: unknown, path: string, seen: Set<object>, depth: number): Problem | undefined {
  if (typeof value === 'function') return { path, what: `the function '${value.name}'` };
  if (typeof value === 'symbol') return { path, what: 'a symbol' };
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || seen.has(value)) return undefined;
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) seen.add(value.buffer);
    return undefined;
  }
  if (value instanceof Promise) return { path, what: 'a JavaScript promise, which has no value yet; await it first' };
  seen.add(value);
  if (Array.isArray(value)) return firstProblem(value.entries(), (index) => `${path}[${index}]`, seen, depth);
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null)
    return firstProblem(Object.entries(value), (key) => `${path}.${key}`, seen, depth);
  if (value instanceof Map) return firstProblem(value.entries(), (key) => `${path}.get(${String(key)})`, seen, depth);
  if (value instanceof Set) return firstProblem(value.entries(), () => `${path} (a member)`, seen, depth);
  return isPlatformObject(value)
    ? undefined
    : { path, what: `${describe(value)}, of which only a plain object would arrive` };
}

function firstProblem<K>(
  entries: Iterable<readonly [K, unknown]>,
  step: (key: K) => string,
  seen: Set<object>,
  depth: number,
): Problem | undefined {
  for (const [key, item] of entries) {
    if (typeof item !== 'object' && typeof item !== 'function' && typeof item !== 'symbol') continue;
    const problem = findProblem(item, step(key), seen, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Whether the class belongs to the runtime (`Date`, `Blob`, `ImageData`): structured clone knows those that it can carry. */
function isPlatformObject(value: object): boolean {
  const Class: unknown = value.constructor;
  return typeof Class === 'function' && (globalThis as unknown as Record<string, unknown>)[Class.name] === Class;
}

/** What moves with a view: its buffer, unless that is shared memory. */
export function ownBuffer(view: Uint8Array): ArrayBuffer[] {
  return view.buffer instanceof ArrayBuffer ? [view.buffer] : [];
}

/**
 * The buffers in a result that move instead of being copied.
 * @throws SerializationError where one of them is in `gone`: it moved already, and the task was left with nothing
 */
export function transferablesOf(value: unknown, gone: WeakSet<ArrayBuffer>): ArrayBuffer[] {
  const search: TransferSearch = { found: new Set(), seen: new Set(), gone };
  collect(value, search);
  return [...search.found];
}

interface TransferSearch {
  readonly found: Set<ArrayBuffer>;
  readonly seen: Set<object>;
  readonly gone: WeakSet<ArrayBuffer>;
}

function collect(value: unknown, search: TransferSearch): void {
  if (typeof value !== 'object' || value === null || search.seen.has(value)) return;
  search.seen.add(value);
  if (value instanceof ArrayBuffer) collectBuffer(value, search);
  else if (ArrayBuffer.isView(value)) {
    // A view of a part: the rest may be in use (Node's Buffer pool), so it is copied.
    if (value.byteLength === value.buffer.byteLength) collect(value.buffer, search);
  } else {
    const members =
      value instanceof Map || value instanceof Set || Array.isArray(value)
        ? (value as Iterable<unknown> & { values(): Iterable<unknown> }).values()
        : Object.values(value);
    for (const item of members) collect(item, search);
  }
}

function collectBuffer(buffer: ArrayBuffer, { found, gone }: TransferSearch): void {
  if (gone.has(buffer)) {
    const why =
      'its buffer moved to the scheduling thread with an earlier result. A task that keeps what it returns must return a copy: value.slice()';
    throw new SerializationError(`Cannot send a typed array in the result to another thread: ${why}`, 'result');
  }
  if (buffer.byteLength >= MIN_TRANSFER) found.add(buffer);
}
