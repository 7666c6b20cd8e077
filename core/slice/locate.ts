/** Finds the function that a slice is cut for. */
import { DEFAULT } from './canonical.ts';
import type { ModuleRecord } from './module-record.ts';
import { child, children, isFunction, literalText, nameOf, unwrapped, type SyntaxNode } from './syntax.ts';
import type { Definition } from './facts.ts';

/** Which function of a module is meant: by a place inside of the call that schedules it or of itself, by its name, or both. */
export interface Locator {
  /** From 1, as in stack traces. */
  readonly line?: number | undefined;
  /** From 1, in UTF-16 code units. */
  readonly column?: number | undefined;
  /** The task's name: its hint, `namespace/key` of `tasks`, `Class.method`, or the function's name. */
  readonly name?: string | undefined;
}

/** A function that was found. */
export interface Found {
  /** The expression that makes the function, or the method or class that is decorated. */
  readonly node: SyntaxNode;
  /** Of a method: its class. */
  readonly owner: SyntaxNode | undefined;
  readonly isEnclosed: boolean;
  readonly name: string;
}

/** The function that is meant; `undefined` where there is none, or where name and place disagree. */
export function locate(record: ModuleRecord, locator: Locator): Found | undefined {
  const { name } = locator;
  const all = record.definitions.flatMap((definition) => candidates(definition));
  const offset = offsetOf(record.source, locator);
  const here = offset === undefined ? [] : innermost(all, offset);
  const around = offset === undefined ? undefined : functionAt(record, offset);
  if (name === undefined) return here[0]?.found ?? around;
  const named = (list: readonly Candidate[]): Found | undefined =>
    list.find(({ found }) => matches(found.name, name))?.found;
  // What a place says counts, unless another task has the name: after a compiler, places are others.
  const first = here[0]?.isNameCertain === false ? here[0].found : undefined;
  return named(here) ?? named(all) ?? first ?? declared(record, name) ?? (around?.name === name ? around : undefined);
}

interface Candidate {
  readonly found: Found;
  /** Whether the task can have no other name. */
  readonly isNameCertain: boolean;
  readonly region: SyntaxNode;
}

function matches(own: string, name: string): boolean {
  return own === name || own.endsWith(`/${name}`) || own.endsWith(`.${name}`);
}

function candidates(definition: Definition): readonly Candidate[] {
  const { node, owner, isEnclosed } = definition;
  if (definition.kind === 'decorator') {
    const own = nameOf(child(node, owner === undefined ? 'id' : 'key'));
    const name = owner === undefined ? own : `${nameOf(child(owner, 'id'))}.${own}`;
    return [{ region: node, found: { node, owner, isEnclosed, name }, isNameCertain: false }];
  }
  const [first, second] = children(node, 'arguments').map(unwrapped);
  if (first === undefined) return [];
  const namespace = literalText(first);
  if (namespace !== undefined) return second === undefined ? [] : members(node, namespace, second, isEnclosed);
  if (first.type === 'ObjectExpression') return [];
  const hinted = hintedName(second);
  const name = hinted ?? nameOfFunction(first);
  const isNameCertain = hinted !== undefined || (second === undefined && isFunction(first) && name !== '');
  return [{ region: node, found: { node: first, owner: undefined, isEnclosed, name }, isNameCertain }];
}

/** `tasks('namespace', { add, mul: (a) => a, sub() {} })`. */
function members(call: SyntaxNode, namespace: string, object: SyntaxNode, isEnclosed: boolean): readonly Candidate[] {
  return children(object, 'properties').flatMap((property) => {
    const value = child(property, 'value');
    if (property.type !== 'Property' || value === undefined) return [];
    const found = { node: value, owner: undefined, isEnclosed, name: `${namespace}/${nameOf(child(property, 'key'))}` };
    return [
      { found, region: property, isNameCertain: true },
      { found, region: call, isNameCertain: true },
    ];
  });
}

function hintedName(hints: SyntaxNode | undefined): string | undefined {
  if (hints?.type !== 'ObjectExpression') return undefined;
  const hint = children(hints, 'properties').find((property) => nameOf(child(property, 'key')) === 'name');
  return hint === undefined ? undefined : literalText(child(hint, 'value'));
}

function nameOfFunction(node: SyntaxNode): string {
  return node.type === 'Identifier' ? nameOf(node) : nameOf(child(node, 'id'));
}

/** Those whose region has the place, the smallest first. */
function innermost(all: readonly Candidate[], offset: number): readonly Candidate[] {
  return all
    .filter(({ region }) => region.start <= offset && offset < region.end)
    .toSorted((a, b) => a.region.end - a.region.start - (b.region.end - b.region.start));
}

/** The function or class that a name of the module, or of its exports, means. */
function declared(record: ModuleRecord, name: string): Found | undefined {
  const exported = record.exports.get(name);
  const local = exported !== undefined && 'local' in exported ? exported.local : name;
  const part = record.partsOf.get(local)?.[0];
  if (part === undefined) return undefined;
  const init = part.kind === 'variable' ? child(part.node, 'init') : part.node;
  const scheduled = record.definitions.find((definition) => init !== undefined && unwrapped(init) === definition.node);
  const [candidate] = scheduled === undefined ? [] : candidates(scheduled);
  if (candidate !== undefined) return candidate.found;
  const node = init ?? part.node;
  return { node: unwrapped(node), owner: undefined, isEnclosed: false, name: local === DEFAULT ? 'default' : local };
}

/** The innermost function around a place. */
function functionAt(record: ModuleRecord, offset: number): Found | undefined {
  let best: SyntaxNode | undefined;
  let depth = 0;
  const visit = (node: SyntaxNode): void => {
    if (offset < node.start || offset >= node.end) return;
    if (isFunction(node)) {
      best = node;
      depth++;
    }
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) value.forEach((one: unknown) => visitValue(one));
      else visitValue(value);
    }
  };
  const visitValue = (value: unknown): void => {
    if (typeof value === 'object' && value !== null && 'type' in value && 'start' in value) visit(value as SyntaxNode);
  };
  for (const part of record.parts) visit(part.node);
  if (best === undefined) return undefined;
  return { node: best, owner: undefined, isEnclosed: depth > 1, name: nameOf(child(best, 'id')) };
}

function offsetOf(source: string, locator: Locator): number | undefined {
  const { line, column } = locator;
  if (line === undefined || column === undefined) return undefined;
  let start = 0;
  for (let number = 1; number < line; number++) {
    const next = source.indexOf('\n', start);
    if (next === -1) return undefined;
    start = next + 1;
  }
  return start + column - 1;
}
