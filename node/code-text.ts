/** Whether two texts are the same code: one as somebody wrote it, the other as this process runs it. */
import { fill, type CanonicalText, type Mention } from '../core/slice/canonical.ts';
import { moduleRecord, type ModuleRecord } from '../core/slice/module-record.ts';
import type { ParseModule } from '../core/slice/ports.ts';
import { print } from '../core/slice/printer.ts';
import { child, children, isNode, nameOf, unwrapped, type SyntaxNode } from '../core/slice/syntax.ts';

/** Two texts of code, and the path whose ending tells their language. */
export interface CodePair {
  readonly path: string;
  /** As it is written in a file. */
  readonly written: string;
  /** As it runs: types may be gone, names of functions may be kept by calls of `__name`. */
  readonly running: string;
}

/** Whether a function, a method or a class runs as it is written, but for types, formatting and names of locals. */
export function isSameFunction({ path, written, running }: CodePair, parse: ParseModule): boolean {
  if (written === running) return true;
  const own = printedFunction(path, written, parse);
  return own !== undefined && own === printedFunction(path, running, parse);
}

/** Whether a module runs as it is written, in the same sense. */
export function isSameModule({ path, written, running }: CodePair, parse: ParseModule): boolean {
  if (written === running) return true;
  const own = printedModule(path, written, parse);
  return own !== undefined && own === printedModule(path, running, parse);
}

/** A function stands as an expression, a method only within a class or an object. */
const FRAMES: readonly (readonly [string, string])[] = [
  ['(', '\n);'],
  ['(class { ', '\n});'],
  ['({ ', '\n});'],
];

function printedFunction(path: string, text: string, parse: ParseModule): string | undefined {
  for (const [before, after] of FRAMES) {
    const record = recordOf(path, before + text + after, parse);
    const [part, ...others] = record?.parts ?? [];
    if (record === undefined || part === undefined || others.length > 0) continue;
    const expression = unwrapped(child(part.node, 'expression') ?? part.node);
    return filled(print(memberOf(expression), record, true).text);
  }
  return undefined;
}

/** A method of an object and one of a class are the same to a task. */
function memberOf(expression: SyntaxNode): SyntaxNode {
  const body = expression.type === 'ClassExpression' ? child(expression, 'body') : undefined;
  const [member, ...others] =
    expression.type === 'ObjectExpression'
      ? children(expression, 'properties')
      : body === undefined || child(expression, 'id') !== undefined
        ? []
        : children(body, 'body');
  const isMethod = member?.type === 'MethodDefinition' || member?.['method'] === true;
  return member !== undefined && isMethod && others.length === 0 ? (child(member, 'value') ?? member) : expression;
}

function printedModule(path: string, text: string, parse: ParseModule): string | undefined {
  const record = recordOf(path, text, parse);
  if (record === undefined) return undefined;
  const parts = record.parts
    .filter(({ names }) => !names.some((name) => HELPERS.has(name)))
    .map((part) => filled(print(part.node, record, false).text));
  const { exports, stars } = record;
  const imports = [...record.imports]
    .filter(([name]) => record.scope.own(name)?.isUsed === true)
    .map(([name, { specifier, imported }]) => [name, `${specifier} ${imported}`] as const);
  return JSON.stringify([parts, imports.toSorted(byName), [...exports].toSorted(byName), stars]);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function recordOf(path: string, text: string, parse: ParseModule): ModuleRecord | undefined {
  try {
    return moduleRecord(path, text, withoutKeptNames(parse(path, text)));
  } catch {
    return undefined;
  }
}

function filled(text: CanonicalText): string {
  return fill(text, mentionText);
}

function mentionText(mention: Mention): string {
  switch (mention.kind) {
    case 'name':
      return `n:${mention.name}`;
    case 'member':
      return `(MemberExpression - n:${mention.name} ${JSON.stringify(mention.member)})`;
    case 'module':
    case 'asset':
      return `${mention.kind}:${mention.specifier}`;
    case 'jsx':
      return 'jsx:';
  }
}

/** What esbuild (and so tsx) declares at the top of modules to keep the names of functions. */
const HELPERS: ReadonlySet<string> = new Set(['__defProp', '__name']);

/** Of `__name(f, "f")`, which keeps the name that a compiler might change, only `f`; of a statement of that, nothing. */
function withoutKeptNames(node: SyntaxNode): SyntaxNode {
  const kept = keptName(node);
  if (kept !== undefined) return withoutKeptNames(kept);
  if (isNameKeeping(node)) return { type: 'EmptyStatement', start: node.start, end: node.end };
  const copy: Record<string, unknown> = { ...node };
  for (const [field, value] of Object.entries(node)) {
    if (isNode(value)) copy[field] = withoutKeptNames(value);
    else if (Array.isArray(value))
      copy[field] = value.map((one: unknown) => (isNode(one) ? withoutKeptNames(one) : one));
  }
  return copy as unknown as SyntaxNode;
}

/** A statement, or a static block of a class, that does nothing else. */
function isNameKeeping(node: SyntaxNode): boolean {
  if (node.type === 'ExpressionStatement') return keptName(child(node, 'expression')) !== undefined;
  return (
    node.type === 'StaticBlock' && children(node, 'body').length > 0 && children(node, 'body').every(isNameKeeping)
  );
}

function keptName(node: SyntaxNode | undefined): SyntaxNode | undefined {
  if (node?.type !== 'CallExpression' || nameOf(child(node, 'callee')) !== '__name') return undefined;
  return children(node, 'arguments')[0];
}
