/** The hint `display`: what is shown for a call, made of its arguments. */
import { FileValue } from './file-value.ts';
import type { Hints } from './hints.ts';
import { LABEL } from './maybe-label.ts';
import { parametersOf, type Parameter } from './parameters.ts';
import { realm } from './realm.ts';
import { summarize } from './summarize.ts';
import type { AnyFunction, Task } from './task.ts';

/**
 * Makes the text of a call of its arguments; `isUnknown` says which of them nobody has computed yet.
 * `undefined` where a function that was given for it gives none.
 */
export type DisplayText = (args: readonly unknown[], isUnknown: (value: unknown) => boolean) => string | undefined;

/** How a task's function receives what the caller gives. */
interface Receiving {
  /** The function's text, as its author wrote it. */
  readonly text: string | undefined;
  /** How many arguments stand before those of the author's: the instance of a method, captured values. */
  readonly before: number;
  /** Whether the first of them is the instance. */
  readonly hasThis: boolean;
}

/** What the hint needs to know of a task. */
export type DisplayedTask = Pick<Task, 'name' | 'fn' | 'isMethod' | 'code'>;

/** What a tool wrote around a function that takes values from the one around it (`slice/lift-text.ts`). */
const LIFTED = /^\((\$c_*, )?\.\.\.\$a_*\) => \(\([^()]*\) => \(/;
/** What `maybe` wrote around a function. */
const WRAPPED = /^maybe\(/;

function receivingOf({ fn, isMethod = false, code }: DisplayedTask): Receiving {
  const before = isMethod || code?.captured !== undefined ? 1 : 0;
  if (fn === undefined) return { text: undefined, before, hasThis: isMethod };
  const text = String(fn).replace(LIFTED, '');
  return { text: LABEL in fn ? text.replace(WRAPPED, '') : text, before, hasThis: isMethod };
}

/** Stands for an argument that is not known, or that a template does not find. */
const UNKNOWN = '…';
/** Texts longer than this say no more, and may be megabytes. */
const MAX_LENGTH = 200;

/**
 * Reads the hint `display` of a task.
 * @throws TypeError where a template names an argument that the function does not have
 */
export function displayTextOf(display: Hints['display'], task: DisplayedTask): DisplayText | undefined {
  if (display === undefined) return undefined;
  realm().usesDisplay = true;
  const receiving = receivingOf(task);
  if (typeof display === 'function') return calling(display, receiving.before);
  if (typeof display === 'string') return templateText(display, task.name, receiving);
  throw new TypeError(
    `Cannot give '${task.name}' the display ${String(display)}: it must be a text or a function that gives one`,
  );
}

function calling(display: AnyFunction, before: number): DisplayText {
  const call = display as (...args: readonly unknown[]) => unknown;
  return (args, isUnknown) => {
    if (args.some(isUnknown)) return undefined;
    try {
      return String(call(...args.slice(before)));
    } catch {
      // What is only shown ends no run.
      return undefined;
    }
  };
}

/** `{name}`, `{name.member}`, `{0}`; braces of the text itself are doubled. */
const PIECES = /\{\{|\}\}|\{([^{}]*)\}|[{}]/gu;
const REFERENCE = /^[\p{ID_Continue}$]+(?:\.[^.]+)*$/u;

function templateText(template: string, task: string, receiving: Receiving): DisplayText {
  const pieces: (string | Parameter | undefined)[] = [];
  const find = finder(template, task, receiving);
  let end = 0;
  for (const match of template.matchAll(PIECES)) {
    pieces.push(template.slice(end, match.index));
    end = match.index + match[0].length;
    const [whole, reference] = match;
    if (reference === undefined && whole.length === 1)
      throw new TypeError(
        `${cannot(task, template)}: a brace has no partner. Double those that are to be shown: ${whole}${whole}`,
      );
    pieces.push(reference === undefined ? whole[0] : find(reference.trim()));
  }
  pieces.push(template.slice(end));
  return (args, isUnknown) =>
    pieces.map((piece) => (typeof piece === 'object' ? textAt(args, piece, isUnknown) : (piece ?? UNKNOWN))).join('');
}

function cannot(task: string, template: string): string {
  return `Cannot give '${task}' the display '${template}'`;
}

/** Finds what a template speaks of; `undefined` where names cannot be read, or a minifier changed them. */
function finder(
  template: string,
  task: string,
  { text, before, hasThis }: Receiving,
): (reference: string) => Parameter | undefined {
  let names: ReadonlyMap<string, Parameter> | undefined;
  return (reference) => {
    const [name = '', ...path] = reference.split('.');
    if (!REFERENCE.test(reference))
      throw new TypeError(
        `${cannot(task, template)}: {${reference}} names no argument. Write {name}, {name.member} or {0}; double braces that are to be shown`,
      );
    if (/^\d+$/.test(name)) return { index: before + Number(name), path, isRest: false };
    if (hasThis && name === 'this') return { index: 0, path, isRest: false };
    names ??= text === undefined ? undefined : parametersOf(text);
    const found = names?.get(name);
    if (found !== undefined) return { ...found, index: found.index + before, path: [...found.path, ...path] };
    if (names === undefined || areMinified(names)) return undefined;
    const known = [...names].map(([each, { isRest }]) => (isRest ? `...${each}` : each));
    throw new TypeError(
      `${cannot(task, template)}: its function has no argument '${name}', it has ${known.join(', ') || 'none'}. Name one of these, or write {0} for the first one`,
    );
  };
}

/** Names of one or two characters only: their author may have given others. */
function areMinified(names: ReadonlyMap<string, Parameter>): boolean {
  return names.size > 0 && [...names.keys()].every((name) => name.length <= 2);
}

function textAt(
  args: readonly unknown[],
  { index, path, isRest }: Parameter,
  isUnknown: (value: unknown) => boolean,
): string {
  try {
    if ((isRest ? args.slice(index) : [args[index]]).some(isUnknown)) return UNKNOWN;
    let value: unknown = isRest ? args.slice(index) : args[index];
    for (const member of path) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[member];
    const text = textOf(value);
    return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}${UNKNOWN}` : text;
  } catch {
    // A getter of the user's.
    return UNKNOWN;
  }
}

/** Texts stand as they are, without quotes; what says itself what it is (a date, a URL, a file) does so. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof URL) return value.href;
  if (value instanceof FileValue) return value.path;
  return summarize([value]);
}
