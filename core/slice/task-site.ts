/** The places in a module where tasks are made: calls of `schedule` and `tasks`, and decorators; and registries, which workers look for as well. */
import { DEFAULT } from './canonical.ts';
import type { Linker } from './linker.ts';
import type { ModuleRecord, Part } from './module-record.ts';
import type { Scope } from './scope.ts';
import { child, children, isFunction, literalText, nameOf, unwrapped, type SyntaxNode } from './syntax.ts';
import type { Target } from './target.ts';
import type { Definition } from './facts.ts';

/** A place where one function becomes a task, or one class or registry is made known. */
export interface TaskSite {
  readonly kind: 'function' | 'member' | 'method' | 'class' | 'registry';
  readonly record: ModuleRecord;
  /** The call; of a decorator, the decorated method or class. */
  readonly node: SyntaxNode;
  /** The expression that makes the function; the decorated method or class; the options of a registry. */
  readonly fn: SyntaxNode;
  /** Whether that expression does nothing but make the function: it may be evaluated wherever the task is. */
  readonly isPlain: boolean;
  /** Of a member of `tasks`: the property. */
  readonly property?: SyntaxNode | undefined;
  /** Of a method: its class. */
  readonly owner: SyntaxNode | undefined;
  /** What is called with the function: `schedule`, `tasks`, or a decorator's expression. */
  readonly maker: SyntaxNode;
  readonly hints: SyntaxNode | undefined;
  /** Whether the hints say that only the main thread runs it. */
  readonly isMain: boolean;
  /** The name that is written out: a hint, or `namespace/key`. */
  readonly given: string | undefined;
  /** Whether the hints may hold a name that is not written out. */
  readonly mayBeNamed: boolean;
  /** What the function is called itself; `''` where nothing is known. */
  readonly ownName: string;
  readonly isEnclosed: boolean;
  /** The scope that it stands in. */
  readonly scope: Scope;
  /** The part of the module that it stands in. */
  readonly part: Part | undefined;
  /** Whether it is the whole of that part, and so happens once, when the module is evaluated. */
  readonly isDirect: boolean;
}

/** Whether a task is made of a function in a call, and not of a member of a class. */
export function isCall({ kind }: TaskSite): boolean {
  return kind === 'function' || kind === 'member';
}

/** What a task is called by its readers: a function without a name by the variable that holds the task. */
export function labelOf({ record, node }: TaskSite, name: string): string {
  if (!name.startsWith('anonymous-')) return name;
  const before = record.source.slice(0, node.start);
  return /(?:const|let|var)\s+([\p{ID_Continue}$]+)\s*(?::[^=;]*)?=\s*$/u.exec(before)?.[1] ?? name;
}

/** The package that tasks are made with. */
const PACKAGE = 'somen';

/** Finds the places of a module, in their order. */
export function taskSites(record: ModuleRecord, linker: Linker): readonly TaskSite[] {
  return record.definitions
    .flatMap((definition) => sitesOf(definition, record, linker))
    .toSorted((a, b) => (a.property ?? a.fn).start - (b.property ?? b.fn).start);
}

/** Whether a target is one of these exports of the package. */
export function isOfSomen(target: Target, names: readonly string[]): boolean {
  if (target.kind !== 'external' || !('package' in target.from)) return false;
  return target.from.name === PACKAGE && names.includes(target.name);
}

function sitesOf(definition: Definition, record: ModuleRecord, linker: Linker): readonly TaskSite[] {
  const makes = (callee: SyntaxNode, name: string): boolean => isMaker(callee, name, record, linker);
  if (definition.kind === 'decorator') return decoratorSite(definition, record, makes);
  const { node, isEnclosed, scope } = definition;
  const maker = child(node, 'callee') ?? node;
  const [first, second, third] = children(node, 'arguments');
  const place = placeOf(record, node);
  if (first === undefined || first.type === 'SpreadElement') return [];
  const common = { record, node, owner: undefined, maker, isEnclosed, scope, ...place };
  if (makes(maker, 'tasks')) {
    const namespace = literalText(first);
    return namespace === undefined || second === undefined
      ? []
      : members(unwrapped(second)).map((property) =>
          memberSite(property, namespace, makes, { ...common, hints: third, isMain: isMain(third) }),
        );
  }
  const fn = unwrapped(first);
  if (makes(maker, 'createRegistry')) return registrySites(fn, common);
  if (!makes(maker, 'schedule') || fn.type === 'ObjectExpression') return [];
  const name = { ...hintedName(second), ownName: nameOfFunction(fn, record, linker) };
  return [
    {
      kind: 'function',
      fn,
      isPlain: isFunctionText(fn, makes),
      hints: second,
      isMain: isMain(second),
      ...name,
      ...common,
    },
  ];
}

/** Those at the top level of a module, which workers find. */
function registrySites(
  fn: SyntaxNode,
  common: Omit<TaskSite, 'kind' | 'fn' | 'isPlain' | 'hints' | 'isMain' | 'given' | 'mayBeNamed' | 'ownName'>,
): readonly TaskSite[] {
  if (!common.isDirect || fn.type !== 'ObjectExpression') return [];
  const unnamed = { hints: undefined, isMain: false, given: undefined, mayBeNamed: false, ownName: '' };
  return [{ kind: 'registry', fn, isPlain: true, ...unnamed, ...common }];
}

function isMaker(callee: SyntaxNode, name: string, record: ModuleRecord, linker: Linker): boolean {
  const node = unwrapped(callee);
  if (node.type === 'Identifier') {
    const isOwn = record.bindings.get(node)?.scope === record.scope;
    return isOwn && isOfSomen(linker.ask(record, nameOf(node)), [name]);
  }
  const space = child(node, 'object');
  if (node.type !== 'MemberExpression' || space === undefined || nameOf(child(node, 'property')) !== name) return false;
  return record.bindings.get(space)?.scope === record.scope && isOfSomen(linker.ask(record, nameOf(space)), ['*']);
}

function decoratorSite(
  { node, owner, isEnclosed, scope }: Definition,
  record: ModuleRecord,
  makes: (callee: SyntaxNode, name: string) => boolean,
): readonly TaskSite[] {
  for (const decorator of children(node, 'decorators')) {
    const maker = child(decorator, 'expression') ?? decorator;
    const inner = unwrapped(maker);
    const isCalled = inner.type === 'CallExpression';
    if (!makes(isCalled ? (child(inner, 'callee') ?? inner) : inner, 'schedule')) continue;
    const hints = isCalled ? children(inner, 'arguments')[0] : undefined;
    const place = placeOf(record, owner ?? node);
    const className = classNameOf(owner ?? node, place);
    const ownName = owner === undefined ? className : `${className}.${nameOf(child(node, 'key'))}`;
    const kind = owner === undefined ? 'class' : 'method';
    const common = { record, node, fn: node, isPlain: true, owner, maker, isEnclosed, scope, ...place };
    return [{ kind, hints, isMain: isMain(hints), ...hintedName(hints), ownName, ...common }];
  }
  return [];
}

/** What a class is called when the program runs. */
function classNameOf(node: SyntaxNode, { part, isDirect }: Pick<TaskSite, 'part' | 'isDirect'>): string {
  const own = nameOf(child(node, 'id'));
  const variable = isDirect && part?.kind === 'variable' ? nameOf(child(part.node, 'id')) : '';
  return own || variable || 'default';
}

/** The members of `tasks('namespace', { add, mul: (a) => a, sub() {} })` whose names are written out. */
function members(object: SyntaxNode): readonly SyntaxNode[] {
  return children(object, 'properties').filter(
    (property) => property.type === 'Property' && property['kind'] === 'init' && keyOf(property) !== undefined,
  );
}

function keyOf(property: SyntaxNode): string | undefined {
  const key = child(property, 'key');
  return property['computed'] === true ? literalText(key) : nameOf(key);
}

function memberSite(
  property: SyntaxNode,
  namespace: string,
  makes: (callee: SyntaxNode, name: string) => boolean,
  common: Omit<TaskSite, 'kind' | 'fn' | 'isPlain' | 'property' | 'given' | 'mayBeNamed' | 'ownName'>,
): TaskSite {
  const key = keyOf(property) ?? '';
  const fn = unwrapped(child(property, 'value') ?? property);
  const names = { given: `${namespace}/${key}`, mayBeNamed: false, ownName: key };
  return { kind: 'member', fn, isPlain: isFunctionText(fn, makes), property, ...names, ...common };
}

/** A function, the name of one, or one of these in `maybe`. */
function isFunctionText(fn: SyntaxNode, makes: (callee: SyntaxNode, name: string) => boolean): boolean {
  if (isFunction(fn) || fn.type === 'Identifier') return true;
  const [first] = children(fn, 'arguments');
  const callee = child(fn, 'callee');
  return (
    callee !== undefined && first !== undefined && makes(callee, 'maybe') && isFunctionText(unwrapped(first), makes)
  );
}

/** The part that a node stands in, and whether it is the whole of it. */
function placeOf(record: ModuleRecord, node: SyntaxNode): Pick<TaskSite, 'part' | 'isDirect'> {
  const part = record.parts.find((one) => one.node.start <= node.start && node.end <= one.node.end);
  if (part === undefined) return { part, isDirect: false };
  const inner = { variable: 'init', effect: 'expression' }[part.kind as string];
  const whole = inner === undefined ? part.node : child(part.node, inner);
  return { part, isDirect: whole !== undefined && unwrapped(whole) === node };
}

function isMain(hints: SyntaxNode | undefined): boolean {
  const properties = hints === undefined ? [] : children(unwrapped(hints), 'properties');
  return properties.some((one) => nameOf(child(one, 'key')) === 'main' && child(one, 'value')?.['value'] === true);
}

function hintedName(hints: SyntaxNode | undefined): Pick<TaskSite, 'given' | 'mayBeNamed'> {
  if (hints === undefined) return { given: undefined, mayBeNamed: false };
  const object = unwrapped(hints);
  if (object.type !== 'ObjectExpression') return { given: undefined, mayBeNamed: true };
  const properties = children(object, 'properties');
  const isPlain = properties.every((one) => one.type === 'Property' && one['computed'] !== true);
  const hint = properties.find((one) => one.type === 'Property' && nameOf(child(one, 'key')) === 'name');
  const given = hint === undefined || !isPlain ? undefined : literalText(child(hint, 'value'));
  return { given, mayBeNamed: given === undefined && (hint !== undefined || !isPlain) };
}

/** A function's own name; of one that is imported, the name that it was declared with. */
function nameOfFunction(fn: SyntaxNode, record: ModuleRecord, linker: Linker): string {
  if (fn.type !== 'Identifier') return nameOf(child(fn, 'id'));
  const name = nameOf(fn);
  if (record.bindings.get(fn)?.scope !== record.scope) return name;
  const target = linker.ask(record, name);
  return target.kind === 'binding' && target.name !== DEFAULT ? target.name : name;
}
