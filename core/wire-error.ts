/** Errors on their way between threads: structured clone keeps neither own fields nor the names of user's classes. */
import { makeError } from './decode.ts';
import { errorMembers } from './encode.ts';
import { summarize } from './summarize.ts';

/** Something thrown. */
export type WireError =
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly stack: string | undefined; readonly members: readonly (readonly [string, WireError])[] }
  | { readonly kind: 'list'; readonly items: readonly WireError[] }
  | { readonly kind: 'value'; readonly value: unknown };

/** Causes of causes further down than this are told as text. */
const MAX_DEPTH = 8;

/** Writes what was thrown: class name, message, stack, cause and own fields. What cannot be cloned is told as text. */
export function toWireError(thrown: unknown, depth = 0): WireError {
  if (depth > MAX_DEPTH) return { kind: 'value', value: summarize([thrown]) };
  if (thrown instanceof Error) {
    const members = Object.entries(errorMembers(thrown)).map(([key, value]) => [key, toWireError(value, depth + 1)] as const);
    return { kind: 'error', name: className(thrown), message: thrown.message, stack: thrown.stack, members };
  }
  if (Array.isArray(thrown) && thrown.some((item) => item instanceof Error)) return { kind: 'list', items: thrown.map((item) => toWireError(item, depth + 1)) };
  return { kind: 'value', value: isCloneable(thrown) ? thrown : summarize([thrown]) };
}

/** The error again; of a user's class, its name is left. */
export function fromWireError(wire: WireError): unknown {
  if (wire.kind === 'value') return wire.value;
  if (wire.kind === 'list') return wire.items.map(fromWireError);
  const members = Object.fromEntries(wire.members.map(([key, value]) => [key, fromWireError(value)]));
  const error = makeError(wire.name, wire.message, members);
  Object.defineProperty(error, 'stack', { value: wire.stack?.replace(/^Error(?=:|\n|$)/, wire.name), configurable: true, writable: true });
  return error;
}

/** `name` if it was set, else the class's name: `class MyError extends Error {}` does not set it. */
function className(error: Error): string {
  return error.name === 'Error' ? error.constructor.name : error.name;
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
