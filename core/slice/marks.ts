/** Marks: what tools write beside a function that becomes a task, so that it is known by its code. */
import type { CutTask } from './cut-task.ts';
import type { Edit } from './edits.ts';
import { child, type SyntaxNode } from './syntax.ts';
import type { TaskSite } from './task-site.ts';

/** The symbol under which a function has its mark, as source text. */
const MARK = '[Symbol.for("somen.code/1")]';

/** What a mark says, beside the task's own name and version. */
export interface MarkOptions {
  /** The URL of the module. */
  readonly module: string;
  /** An expression for the URL of the slice. */
  readonly slice: string | undefined;
}

/** The object that holds a task's mark, as source text on one line. */
export function markText({ name, version, making, site }: CutTask, { module, slice }: MarkOptions): string {
  const fields = [`module: ${JSON.stringify(module)}`, `name: ${JSON.stringify(name)}`];
  if (version !== undefined && site.kind !== 'class') fields.push(`version: "${version}"`);
  if (making !== undefined && slice !== undefined) fields.push(`slice: ${slice}`);
  return `{ ${MARK}: { ${fields.join(', ')} } }`;
}

/** Writes a mark where the task is made. No edit adds a line. */
export function markEdits(site: TaskSite, mark: string): readonly Edit[] {
  const { fn, maker, property } = site;
  if (site.kind === 'method' || site.kind === 'class')
    return around(maker, '(($f, $d) => (', `)(Object.assign($f, ${mark}), $d))`);
  if (property === undefined) return around(fn, 'Object.assign(', `, ${mark})`);
  return memberEdits(site, property, mark);
}

function around(node: SyntaxNode, before: string, after: string): readonly Edit[] {
  return [
    { start: node.start, end: node.start, text: before },
    { start: node.end, end: node.end, text: after },
  ];
}

/** `{ add, sub() {} }` becomes `{ add: Object.assign(add, ...), sub: Object.assign(function () {}, ...) }`. */
function memberEdits({ fn, record }: TaskSite, property: SyntaxNode, mark: string): readonly Edit[] {
  const isMethod = property['method'] === true;
  const isRewritten = isMethod || property['shorthand'] === true;
  const key = isRewritten ? `${keyText(property, record.source)}: ` : '';
  const text = `${key}Object.assign(${isMethod ? functionHead(fn) : ''}`;
  return [
    { start: isRewritten ? property.start : fn.start, end: fn.start, text },
    { start: fn.end, end: fn.end, text: `, ${mark})` },
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
