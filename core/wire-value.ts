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
 * which structured clone would silently turn into plain objects.
 * @throws SerializationError with the path from `root`
 */
export function checkCloneable(value: unknown, root: string): void {
  const problem = findProblem(value, root, new Set(), 0);
  if (problem === undefined) return;
  const { path, what } = problem;
  throw new SerializationError(`Cannot send ${path} to another thread: it is ${what}. Pass plain data, or run with executor: inline()`, path);
}

/** Where structured clone failed on a value that looked harmless. */
export function describeCloneFailure(values: readonly unknown[], root: string, cause: unknown): SerializationError {
  const index = values.findIndex((value) => !isCloneable(value));
  const path = `${root}[${Math.max(index, 0)}]`;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new SerializationError(`Cannot send ${path} to another thread: ${message}`, path, { cause });
}

interface Problem {
  readonly path: string;
  readonly what: string;
}

function findProblem(value: unknown, path: string, seen: Set<object>, depth: number): Problem | undefined {
  if (typeof value === 'function') return { path, what: `the function '${value.name}'` };
  if (typeof value === 'symbol') return { path, what: 'a symbol' };
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || seen.has(value)) return undefined;
  if (ArrayBuffer.isView(value)) return undefined;
  seen.add(value);
  if (Array.isArray(value)) return firstProblem(value.entries(), (index) => `${path}[${index}]`, seen, depth);
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null) return firstProblem(Object.entries(value), (key) => `${path}.${key}`, seen, depth);
  if (value instanceof Map) return firstProblem(value.entries(), (key) => `${path}.get(${String(key)})`, seen, depth);
  if (value instanceof Set) return firstProblem(value.entries(), () => `${path} (a member)`, seen, depth);
  return isPlatformObject(value) ? undefined : { path, what: `${describe(value)}, of which only a plain object would arrive` };
}

function firstProblem<K>(entries: Iterable<readonly [K, unknown]>, step: (key: K) => string, seen: Set<object>, depth: number): Problem | undefined {
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
  return typeof Class === 'function' && (globalThis as unknown as Record<string, unknown>)[Class.name] === Class && !(value instanceof Promise);
}

/** What moves with a view: its buffer, unless that is shared memory. */
export function ownBuffer(view: Uint8Array): ArrayBuffer[] {
  return view.buffer instanceof ArrayBuffer ? [view.buffer] : [];
}

/** The buffers in a result that move instead of being copied. */
export function transferablesOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  collect(value, found, new Set());
  return [...found];
}

function collect(value: unknown, found: Set<ArrayBuffer>, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  if (value instanceof ArrayBuffer) {
    if (value.byteLength >= MIN_TRANSFER) found.add(value);
  } else if (ArrayBuffer.isView(value)) {
    // A view of a part: the rest may be in use (Node's Buffer pool), so it is copied.
    if (value.byteLength === value.buffer.byteLength) collect(value.buffer, found, seen);
  } else {
    seen.add(value);
    const members = value instanceof Map || value instanceof Set || Array.isArray(value) ? (value as Iterable<unknown> & { values(): Iterable<unknown> }).values() : Object.values(value);
    for (const item of members) collect(item, found, seen);
  }
}
