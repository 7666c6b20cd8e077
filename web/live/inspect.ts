/** Values as text, as a console shows them: short enough for a page, and never longer than it takes to read. */
import { isPromised } from '../../core/index.ts';
import { summarize } from '../../core/summarize.ts';

const MAX_DEPTH = 3;
const MAX_MEMBERS = 40;
const MAX_TEXT = 400;
const MAX_LENGTH = 2000;

/** The arguments of a call of `console.log`: texts as they are, all else as {@link inspect} shows it. */
export function consoleText(values: readonly unknown[]): string {
  return cut(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '));
}

/** A value as its author would write it, as far as that is possible. */
export function inspect(value: unknown): string {
  try {
    return cut(inspectOne(value, MAX_DEPTH, []));
  } catch (error) {
    // A getter or a proxy of the author's.
    return `[cannot be shown: ${error instanceof Error ? error.message : String(error)}]`;
  }
}

function cut(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)} ...` : text;
}

function inspectOne(value: unknown, depth: number, around: readonly object[]): string {
  // A promised value refuses to be looked into.
  if (isPromised(value)) return '[promised value: run(...) computes it]';
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return summarize([value]);
  if (around.includes(value)) return '[circular]';
  const inner = (one: unknown): string => inspectOne(one, depth - 1, [...around, value]);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (Array.isArray(value)) return depth < 0 ? `Array(${value.length})` : `[${listed(value, inner)}]`;
  if (ArrayBuffer.isView(value)) return viewText(value);
  if (value instanceof Map)
    return `Map(${value.size}) {${spaced(listed([...value], ([key, one]) => `${inner(key)} => ${inner(one)}`))}}`;
  if (value instanceof Set) return `Set(${value.size}) {${spaced(listed([...value], inner))}}`;
  return objectText(value, depth, inner);
}

function objectText(value: object, depth: number, inner: (one: unknown) => string): string {
  const name = (value.constructor as { readonly name?: string } | undefined)?.name ?? '';
  const isPlain = name === 'Object' || name === '';
  const entries = Object.entries(value);
  if (depth < 0 || (!isPlain && entries.length === 0)) return isPlain ? '{...}' : name;
  const text = `{${spaced(listed(entries, ([key, one]) => `${keyText(key)}: ${inner(one)}`))}}`;
  return isPlain ? text : `${name} ${text}`;
}

function viewText(view: ArrayBufferView): string {
  const { length = view.byteLength } = view as { readonly length?: number };
  const name = view.constructor.name;
  if (!(Symbol.iterator in view)) return `${name}(${length})`;
  return `${name}(${length}) [${listed([...(view as Uint8Array).subarray(0, MAX_MEMBERS + 1)], String, length)}]`;
}

function listed<T>(values: readonly T[], show: (value: T) => string, length: number = values.length): string {
  const shown = values.slice(0, MAX_MEMBERS).map(show);
  if (length > MAX_MEMBERS) shown.push(`... ${length - MAX_MEMBERS} more`);
  return shown.join(', ');
}

function spaced(text: string): string {
  return text === '' ? '' : ` ${text} `;
}

function keyText(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : quoted(key);
}

function quoted(text: string): string {
  const shown = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text;
  return `'${shown.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}
