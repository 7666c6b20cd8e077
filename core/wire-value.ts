/** Values on their way between threads, by structured clone. */
import { SerializationError } from './errors.ts';
import { isQuoted, type Quoted } from './quoted.ts';
import { describe } from './task.ts';
import { inOrder } from './workflow-order.ts';
import { isNode } from './workflow.ts';
import { asPacked, pack, type Packed } from './serializer.ts';
import { taskOf } from './scheduled.ts';
import { StoredValue } from './stored-value.ts';
import type { FoundSerializer, Serializers } from './serializers.ts';
import { packerOf } from './wire-pack.ts';
import { isCloneable } from './wire-error.ts';

/** Buffers from this size on are worth a transfer; smaller ones are copied faster, in bytes. */
const MIN_TRANSFER = 4096;
/** Nesting deeper than this is left to structured clone to judge. */
const MAX_DEPTH = 512;

/** A walk through a value. */
interface Walk {
  readonly serializers: Serializers;
  /** The objects that were met, and the buffers of views. What stands there already is not looked into again. */
  readonly seen: Set<object>;
  /** What serialisers made of values, so that they are not asked again. */
  readonly made: Map<object, Packed>;
  /** Whether something has to be packed (see `wire-pack.ts`). */
  hasPackable: boolean;
}

/**
 * Refuses what would not arrive as it is: plain functions, symbols, JavaScript promises, and instances of classes that
 * are not known, which structured clone would silently turn into plain objects. The objects that are met are added to
 * `seen`, and what serialisers made of some of them to `made`. Returns whether the value has to be packed.
 * @throws SerializationError with the path from `root`
 */
export function checkCloneable(
  value: unknown,
  root: string,
  serializers: Serializers,
  made: Map<object, Packed>,
  seen: Set<object> = new Set(),
): boolean {
  const walk: Walk = { serializers, made, seen, hasPackable: false };
  const problem = findProblem(value, root, walk, 0);
  if (problem === undefined) return walk.hasPackable;
  const { path, what } = problem;
  throw new SerializationError(`Cannot send ${path} to another thread: it is ${what}`, path);
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

function findProblem(value: unknown, path: string, walk: Walk, depth: number): Problem | undefined {
  const { seen } = walk;
  if (typeof value === 'function') return functionProblem(value, path, walk);
  if (typeof value === 'symbol') return symbolProblem(value, path, walk);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || seen.has(value)) return undefined;
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) seen.add(value.buffer);
    if (isPlatformObject(value) && !walk.serializers.claimsBuffers) return undefined;
  }
  if (value instanceof Promise) return { path, what: 'a JavaScript promise, which has no value yet. Await it first' };
  seen.add(value);
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Array.prototype)
    return firstProblem((value as readonly unknown[]).entries(), (index) => `${path}[${index}]`, walk, depth);
  if (prototype === Object.prototype || prototype === null)
    return firstProblem(entriesOf(value, walk), (key) => `${path}.${key}`, walk, depth);
  if (isQuoted(value)) return quoteProblem(value, path, walk, depth);
  if (value instanceof StoredValue) {
    walk.hasPackable = true;
    return undefined;
  }
  const found = packerOf(value, walk.serializers);
  if (found !== undefined) return packedProblem(value, found, path, walk, depth);
  if (prototype === Map.prototype && value instanceof Map)
    return firstProblem(value.entries(), (key) => `${path}.get(${String(key)})`, walk, depth);
  if (prototype === Set.prototype && value instanceof Set)
    return firstProblem(value.entries(), () => `${path} (a member)`, walk, depth);
  return isPlatformObject(value) || isForeignArray(value)
    ? undefined
    : {
        path,
        what: `${describe(value)}, of which only a plain object would arrive. Put @schedule on its class, register it with createRegistry({ classes }), pass plain data, or run with executor: inline()`,
      };
}

function functionProblem(fn: object & { readonly name: string }, path: string, walk: Walk): Problem | undefined {
  if (taskOf(fn) === undefined)
    return {
      path,
      what: `${fn.name === '' ? 'a plain function' : `the plain function '${fn.name}'`}. Schedule it at the top level of a module, or run with executor: inline()`,
    };
  walk.hasPackable = true;
  return undefined;
}

function symbolProblem(value: symbol, path: string, walk: Walk): Problem | undefined {
  if (Symbol.keyFor(value) === undefined)
    return { path, what: `a symbol that is another one in each thread. Use Symbol.for(name), or pass plain data` };
  walk.hasPackable = true;
  return undefined;
}

/** What a quote is made of has to arrive, too. */
function quoteProblem(quoted: Quoted<unknown>, path: string, walk: Walk, depth: number): Problem | undefined {
  walk.hasPackable = true;
  for (const node of inOrder(quoted.node)) {
    const args = node.args.filter((arg) => !isNode(arg));
    const step = (index: number): string => `${path} (argument ${index} of '${node.task.name}')`;
    const problem = firstProblem(args.entries(), step, walk, depth);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** So has what a serialiser makes of a value. */
function packedProblem(
  value: object,
  { serializer }: FoundSerializer,
  path: string,
  walk: Walk,
  depth: number,
): Problem | undefined {
  walk.hasPackable = true;
  // Of errors, what does not arrive is told as text.
  if (value instanceof Error && serializer.tag === 'Error') return undefined;
  const packed = asPacked(serializer.serialize(value, pack));
  walk.made.set(value, packed);
  return findProblem(packed.data, path, walk, depth + 1);
}

/** Of an iframe, or of Node's `vm`. */
function isForeignArray(value: object): boolean {
  return Array.isArray(value) && value.constructor?.name === 'Array';
}

/** A user's object may look like what takes the place of packed values. */
function entriesOf(value: object, walk: Walk): [string, unknown][] {
  if ('$somen' in value) walk.hasPackable = true;
  return Object.entries(value);
}

function firstProblem<K>(
  entries: Iterable<readonly [K, unknown]>,
  step: (key: K) => string,
  walk: Walk,
  depth: number,
): Problem | undefined {
  for (const [key, item] of entries) {
    if (typeof item !== 'object' && typeof item !== 'function' && typeof item !== 'symbol') continue;
    const problem = findProblem(item, step(key), walk, depth + 1);
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
