/** Marks: what tools write beside a function that becomes a task, so that it is known by its code. */
import type { CutTask } from './cut-task.ts';
import { lineEnds, type Edit } from './edits.ts';
import { liftedAround, type LiftNames } from './lift-text.ts';
import { child, type SyntaxNode } from './syntax.ts';
import { isCall, labelOf, type TaskSite } from './task-site.ts';

/** What a mark says, beside the task's own name and version. */
export interface MarkOptions {
  /** The URL of the module. */
  readonly module: string;
  /** What modules are called where a mark says why there is no slice. */
  readonly moduleName: (path: string) => string;
  /** An expression for the URL of the slice. */
  readonly slice: string | undefined;
  /** What goes before `Object` and `Symbol`, where the module means something else by them. */
  readonly globals: '' | 'globalThis.';
  /** Whether the mark stands in a slice, which leaves out what only the main thread runs. */
  readonly isSlice: boolean;
  /** Whether the function stands where it was written, so that what it captures is there. */
  readonly isInPlace: boolean;
}

/** Source text that goes before a function, and after it. */
type Around = readonly [before: string, after: string];

/** Writes a mark where the task is made, and lifts what it captures. No edit adds a line. */
export function taskEdits(task: CutTask, options: MarkOptions, names: LiftNames): readonly Edit[] {
  const { site, lift } = task;
  if (!task.isMarked) return [];
  const mark = markText(task, options);
  const assign = `${options.globals}Object.assign(`;
  if (site.kind === 'method' || site.kind === 'class') {
    const { fn, context } = names;
    return around(site.maker, [`((${fn}, ${context}) => (`, `)(${assign}${fn}, ${mark}), ${context}))`]);
  }
  if (isLeftOut(site, options.isSlice)) return stubEdits(task, assign, mark);
  const [before, after] = lift === undefined ? ['', ''] : liftedAround(lift, names);
  const text: Around = [`${assign}${before}`, `${after}, ${mark})`];
  return site.property === undefined ? around(site.fn, text) : memberEdits(site, site.property, text);
}

/** Whether a task's function is not there: a slice knows it by its name only. */
export function isLeftOut(site: TaskSite, isSlice: boolean): boolean {
  return isSlice && site.isMain && isCall(site);
}

/** A function that says that it is not there. */
function stubEdits({ site, name }: CutTask, assign: string, mark: string): readonly Edit[] {
  const { fn, property, record } = site;
  const why = `Cannot run '${name}' in a worker: it is for the main thread alone. Call it as a task, without unwrap`;
  const key = property === undefined ? '' : `${keyText(property, record.source)}: `;
  const text = `${key}${assign}() => { throw new TypeError(${JSON.stringify(why)}); }, ${mark})`;
  const [start, end] = [(property ?? fn).start, (property ?? fn).end];
  return [{ start, end, text: text + lineEnds(record.source.slice(start, end)) }];
}

/** The object that holds a task's mark, as source text on one line. */
function markText(task: CutTask, options: MarkOptions): string {
  const { name, version, making, lift } = task;
  const refused = refusedText(task, options);
  const fields = [`module: ${JSON.stringify(options.module)}`, `name: ${JSON.stringify(name)}`];
  if (version !== undefined) fields.push(`version: "${version}"`);
  if (refused !== undefined) fields.push(`refused: ${JSON.stringify(refused)}`);
  if (making !== undefined && options.slice !== undefined) fields.push(`slice: ${options.slice}`);
  if (lift !== undefined && lift.values.length > 0 && options.isInPlace) {
    const names = lift.values.map((value) => value.name);
    fields.push(`captured: () => [${names.join(', ')}]`, `captures: ${JSON.stringify(names)}`);
  }
  return `{ [${options.globals}Symbol.for("somen.code/1")]: { ${fields.join(', ')} } }`;
}

/** Why no slice holds a task, in the words of the first refusal. */
function refusedText({ name, site, refusals }: CutTask, { moduleName }: MarkOptions): string | undefined {
  const [refusal] = refusals;
  if (refusal === undefined) return undefined;
  const { message, module, line, column } = refusal;
  return `No slice holds '${labelOf(site, name)}': ${message} (${moduleName(module)}:${line}:${column})`;
}

function around({ start, end }: SyntaxNode, [before, after]: Around): readonly Edit[] {
  return [
    { start, end: start, text: before },
    { start: end, end, text: after },
  ];
}

/** `{ add, sub() {} }` becomes `{ add: Object.assign(add, ...), sub: Object.assign(function () {}, ...) }`. */
function memberEdits({ fn, record }: TaskSite, property: SyntaxNode, [before, after]: Around): readonly Edit[] {
  const isMethod = property['method'] === true;
  const isRewritten = isMethod || property['shorthand'] === true;
  const key = isRewritten ? `${keyText(property, record.source)}: ` : '';
  return [
    {
      start: isRewritten ? property.start : fn.start,
      end: fn.start,
      text: `${key}${before}${isMethod ? functionHead(fn) : ''}`,
    },
    { start: fn.end, end: fn.end, text: after },
  ];
}

/** How the key of a member is written. */
function keyText(property: SyntaxNode, source: string): string {
  const key = child(property, 'key');
  const text = key === undefined ? '' : source.slice(key.start, key.end);
  return property['computed'] === true ? `[${text}]` : text;
}

/** What makes a function of a method's parameters and body. */
function functionHead(fn: SyntaxNode): string {
  return `${fn['async'] === true ? 'async ' : ''}function${fn['generator'] === true ? '*' : ''} `;
}
