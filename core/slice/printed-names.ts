/** What the normal form makes of names, braces and texts, whichever way they are written. */
import type { Mention } from './canonical.ts';
import { jsxText } from './literals.ts';
import { child, children, isErased, literalText, nameOf, text, type SyntaxNode } from './syntax.ts';

/** Whether braces after it are part of it. */
export function isFunctionLike(node: SyntaxNode): boolean {
  return node.type.includes('Function') || node.type.startsWith('Class') || node.type === 'StaticBlock';
}

/** The statement in braces that hold nothing else, where braces make no difference. */
export function withoutBraces(node: SyntaxNode): SyntaxNode {
  if (node.type !== 'BlockStatement') return node;
  const statements = children(node, 'body').filter((statement) => !isErased(statement));
  const [only] = statements;
  if (only === undefined || statements.length > 1) return node;
  const isDeclaration = only.type.endsWith('Declaration');
  return isDeclaration ? node : withoutBraces(only);
}

/** Whether a child of a JSX element is nothing when the program runs. */
export function isEmptyJsx(node: SyntaxNode): boolean {
  if (node.type === 'JSXText') return jsxText(text(node, 'value')) === '';
  return node.type === 'JSXExpressionContainer' && child(node, 'expression')?.type === 'JSXEmptyExpression';
}

/** The private name that a member of a class declares, and no number yet. */
export function privateName(member: SyntaxNode): readonly [string, undefined][] {
  const key = child(member, 'key');
  return key?.type === 'PrivateIdentifier' ? [[text(key, 'name'), undefined]] : [];
}

/** The name of a member that is not computed; `undefined` where it is none that any object may have. */
export function plainName(key: SyntaxNode): string | undefined {
  if (key.type === 'Literal') return typeof key['value'] === 'object' ? undefined : String(key['value']);
  return key.type === 'PrivateIdentifier' ? undefined : nameOf(key);
}

/** The name of a member that is written out; `undefined` where it may be another, or is private. */
export function plainMember(node: SyntaxNode): string | undefined {
  const property = child(node, 'property');
  if (property === undefined || property.type === 'PrivateIdentifier' || node['optional'] === true) return undefined;
  return node['computed'] === true ? literalText(property) : nameOf(property);
}

/** `['constructor']` is a method like any other in a class, and `['__proto__']` a member like any other. */
export function computedName(key: SyntaxNode, isMember: boolean): string | undefined {
  const name = literalText(key);
  if (isMember) return name;
  return name === 'constructor' || name === '__proto__' || name === 'prototype' ? undefined : name;
}

/** What `import('...')` and `new URL('...', import.meta.url)` mention. */
export function elsewhereOf(node: SyntaxNode): Mention | undefined {
  const isImport = node.type === 'ImportExpression';
  const specifier = isImport ? literalText(child(node, 'source')) : urlSpecifier(node);
  return specifier === undefined ? undefined : { kind: isImport ? 'module' : 'asset', specifier, node };
}

/** Of `new URL('...', import.meta.url)`, the text. */
function urlSpecifier(node: SyntaxNode): string | undefined {
  const [specifier, base] = children(node, 'arguments');
  if (nameOf(child(node, 'callee')) !== 'URL' || base?.type !== 'MemberExpression') return undefined;
  const isModuleUrl = child(base, 'object')?.type === 'MetaProperty' && nameOf(child(base, 'property')) === 'url';
  return isModuleUrl ? literalText(specifier) : undefined;
}
