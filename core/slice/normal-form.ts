/** The normal form of a closure: the text whose digest is the closure hash. */
import { fill, type Mention } from './canonical.ts';
import type { Closure, Item } from './closure.ts';
import { partName, type ModuleRecord, type Part } from './module-record.ts';
import { externalText, taskText, type Target } from './target.ts';
import { weightOf } from './weight.ts';

/** How a mentioned binding or namespace is written. */
type Refer = (target: Target, own: readonly string[]) => string;

/**
 * The whole closure: the function, then all that it reaches in the order in which it is mentioned, then the order of effects.
 * @param moduleName - what the module of a task that is mentioned is called
 */
export function normalForm(closure: Closure, moduleName: (path: string) => string): string {
  const refer: Refer = (target, own) => {
    if (target.kind === 'task') return plain(target, moduleName);
    const number = closure.numberOf(target);
    if (number !== undefined) return `@${number}`;
    // A name that a destructuring declares beside those that are reached.
    return target.kind === 'binding' ? `_${own.indexOf(target.name)}` : plain(target, moduleName);
  };
  const lines = ['somen/closure/1', written(closure, closure.root.printed.text, refer, [])];
  for (const item of closure.items) lines.push(itemText(closure, item, refer));
  lines.push(`order ${evaluationOrder(closure).join(' ')}`);
  return lines.join('\n');
}

/** A named piece of a closure, for people who ask what changed. */
export interface NormalPart {
  /** `module#name`. */
  readonly id: string;
  readonly text: string;
}

/** The pieces of a closure, each in a normal form that mentions the others by name. */
export function normalParts(closure: Closure, moduleName: (path: string) => string): readonly NormalPart[] {
  const refer: Refer = (target) =>
    target.kind === 'binding' ? `${moduleName(target.record.path)}#${target.name}` : plain(target, moduleName);
  const counts = new Map<string, number>();
  return closure.items.flatMap((item) => {
    if (item.kind === 'namespace') return [];
    const base = `${moduleName(item.record.path)}#${partName(item.part)}`;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return [{ id: count === 1 ? base : `${base}-${count}`, text: itemText(closure, item, refer) }];
  });
}

/** The function itself, in the form of {@link normalParts}. */
export function normalRoot(closure: Closure, moduleName: (path: string) => string): string {
  return written(
    closure,
    closure.root.printed.text,
    (target) =>
      target.kind === 'binding' ? `${moduleName(target.record.path)}#${target.name}` : plain(target, moduleName),
    [],
  );
}

function itemText(closure: Closure, item: Item, refer: Refer): string {
  if (item.kind === 'namespace') {
    const members = item.members.map(([name, target]) => `${JSON.stringify(name)} ${refer(target, [])}`);
    return `(Namespace [${members.join()}])`;
  }
  return written(closure, item.printed.text, refer, item.part.names);
}

function written(closure: Closure, text: Parameters<typeof fill>[0], refer: Refer, own: readonly string[]): string {
  return fill(text, (mention) => {
    const target = closure.targets.get(mention);
    return target === undefined ? '?' : mentionText(closure, mention, target, refer, own);
  });
}

function mentionText(closure: Closure, mention: Mention, target: Target, refer: Refer, own: readonly string[]): string {
  const reference = refer(target, own);
  switch (mention.kind) {
    case 'name':
      return reference;
    case 'member': {
      const isResolved = closure.resolvedMembers.has(mention);
      return isResolved ? reference : `(MemberExpression - ${reference} ${JSON.stringify(mention.member)})`;
    }
    case 'module':
      return `(ImportExpression ${reference})`;
    case 'asset':
      return `(URL ${reference})`;
    case 'jsx':
      return `jsx:${reference} `;
  }
}

/** What is not numbered. */
function plain(target: Target, moduleName: (path: string) => string): string {
  switch (target.kind) {
    case 'task':
      return `(task ${JSON.stringify(taskText(target, moduleName))})`;
    case 'external':
      return `(external ${JSON.stringify(externalText(target.from))} ${JSON.stringify(target.name)})`;
    case 'data':
      return `(data ${JSON.stringify(contentText(target.path, target.content))}${queryText(target.path)})`;
    case 'namespace':
      return '*';
    default:
      return '?';
  }
}

/** What is made of a file is no part of its content. */
function queryText(path: string): string {
  const [query] = /\?.*$/.exec(path) ?? [];
  return query === undefined ? '' : ` ${JSON.stringify(query)}`;
}

/** JSON counts by what it says, anything else by its text. */
function contentText(path: string, content: string): string {
  if (!path.endsWith('.json')) return content;
  try {
    return JSON.stringify(JSON.parse(content));
  } catch {
    return content;
  }
}

/**
 * The numbers of the parts whose order has effects, in the order in which they are evaluated: modules after those that
 * they import, then from top to bottom. Empty where nothing acts, or only one does anything at all.
 */
function evaluationOrder(closure: Closure): readonly number[] {
  const order = new Map(closure.linker.order(closure.root.record).map((record, index) => [record, index]));
  const weighed = closure.items.flatMap((item, index) =>
    item.kind === 'part' ? [{ ...item, index, weight: weightOf(item.record, item.part) }] : [],
  );
  const ordered = weighed.filter((item) => item.weight > 0);
  if (ordered.length < 2 || !ordered.some((item) => item.weight === 2)) return [];
  const rank = (record: ModuleRecord): number => order.get(record) ?? order.size;
  const place = (part: Part): number => part.node.start;
  return ordered
    .toSorted((a, b) => rank(a.record) - rank(b.record) || place(a.part) - place(b.part))
    .map((item) => item.index);
}
