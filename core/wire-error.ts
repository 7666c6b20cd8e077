/** Errors on their way between threads: structured clone keeps neither own fields nor the names of user's classes. */
import { errorMembers, makeError } from './error-data.ts';
import {
  DeserializationError,
  SerializationError,
  TaskError,
  TaskNotFoundError,
  WorkerLoadError,
  WorkerLostError,
  type SomenError,
} from './errors.ts';
import { summarize } from './summarize.ts';

/** Something thrown. */
export type WireError =
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly members: readonly (readonly [string, WireError])[];
    }
  | { readonly kind: 'list'; readonly items: readonly WireError[] }
  | { readonly kind: 'value'; readonly value: unknown };

/** Causes of causes further down than this are told as text. */
const MAX_DEPTH = 8;

/** Writes what was thrown: class name, message, stack, cause and own fields. What cannot be cloned is told as text. */
export function toWireError(thrown: unknown, depth = 0): WireError {
  if (depth > MAX_DEPTH) return { kind: 'value', value: summarize([thrown]) };
  if (thrown instanceof Error) {
    const members = Object.entries(errorMembers(thrown)).map(
      ([key, value]) => [key, toWireError(value, depth + 1)] as const,
    );
    const name = className(thrown);
    return { kind: 'error', name, message: thrown.message, stack: renamed(thrown.stack, thrown.name, name), members };
  }
  if (Array.isArray(thrown) && thrown.some((item) => item instanceof Error))
    return { kind: 'list', items: thrown.map((item) => toWireError(item, depth + 1)) };
  return { kind: 'value', value: isCloneable(thrown) ? thrown : summarize([thrown]) };
}

/** The error again, of its class where that is a standard one or this package's; of a user's class, the name is left. */
export function fromWireError(wire: WireError): unknown {
  if (wire.kind === 'value') return wire.value;
  if (wire.kind === 'list') return wire.items.map(fromWireError);
  const members = Object.fromEntries(wire.members.map(([key, value]) => [key, fromWireError(value)]));
  const error = makeOwnError(wire.name, wire.message, members) ?? makeError(wire.name, wire.message, members);
  Object.defineProperty(error, 'stack', { value: wire.stack, configurable: true, writable: true });
  return error;
}

/** An error of this package, for `instanceof` to tell. */
function makeOwnError(
  name: string,
  message: string,
  { path, code, cause }: Readonly<Record<string, unknown>>,
): SomenError | undefined {
  const options = cause === undefined ? undefined : { cause };
  const error = makeByName(name, message, typeof path === 'string' ? path : '', options);
  // A user's class may have the same name.
  return error?.code === code ? error : undefined;
}

function makeByName(
  name: string,
  message: string,
  path: string,
  options: ErrorOptions | undefined,
): SomenError | undefined {
  switch (name) {
    case 'SerializationError':
      return new SerializationError(message, path, options);
    case 'DeserializationError':
      return new DeserializationError(message, path, options);
    case 'TaskNotFoundError':
      return new TaskNotFoundError(message, options);
    case 'TaskError':
      return new TaskError(message, options);
    case 'WorkerLostError':
      return new WorkerLostError(message, options);
    case 'WorkerLoadError':
      return new WorkerLoadError(message, options);
    default:
      return undefined;
  }
}

/** `name` if the user or the user's class set it, else the class's name: `class MyError extends RangeError {}` inherits `name`. */
function className(error: Error): string {
  let owner: object | null = error;
  while (owner !== null && !Object.hasOwn(owner, 'name')) owner = Object.getPrototypeOf(owner) as object | null;
  const Class: unknown = owner?.constructor;
  const isBuiltIn =
    owner !== error &&
    typeof Class === 'function' &&
    (globalThis as unknown as Record<string, unknown>)[Class.name] === Class;
  return isBuiltIn ? error.constructor.name || error.name : error.name;
}

/** V8 begins a stack with the name that was inherited when the error was made. */
function renamed(stack: string | undefined, from: string, to: string): string | undefined {
  return stack?.startsWith(from) === true ? to + stack.slice(from.length) : stack;
}

/** Whether structured clone takes a value. */
export function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
