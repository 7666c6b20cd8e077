/** Syntax trees as the slicer reads them: ESTree, of which it knows no more than each place needs. */

/** A node of an ESTree or TS-ESTree program. */
export interface SyntaxNode {
  readonly type: string;
  /** Where it begins, in UTF-16 code units. */
  readonly start: number;
  /** Where it ends, exclusive. */
  readonly end: number;
  readonly [field: string]: unknown;
}

/** Whether a field's value is a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** The node in a field; `undefined` where there is none. */
export function child(node: SyntaxNode, field: string): SyntaxNode | undefined {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

/** The nodes of a list in a field, without the holes of array patterns. */
export function children(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The text in a field, `''` where there is none. */
export function text(node: SyntaxNode, field: string): string {
  const value = node[field];
  return typeof value === 'string' ? value : '';
}

/** The name of an identifier, or the value of a string that stands in the place of one (`export { a as 'b c' }`). */
export function nameOf(node: SyntaxNode | undefined): string {
  if (node === undefined) return '';
  return node.type === 'Literal' ? String(node['value']) : text(node, 'name');
}

/** Nodes around an expression that change nothing when the program runs. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'ParenthesizedExpression',
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
]);

/** The expression without parentheses and assertions of types. */
export function unwrapped(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (WRAPPERS.has(inner.type)) inner = child(inner, 'expression') ?? inner;
  return inner;
}

/** Whether a node is a function that has a body. */
export function isFunction(node: SyntaxNode): boolean {
  return (
    node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression' || node.type === 'FunctionDeclaration'
  );
}

/** The text of a literal string, or of a template without expressions; `undefined` for anything else. */
export function literalText(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  const inner = unwrapped(node);
  if (inner.type === 'Literal' && typeof inner['value'] === 'string') return inner['value'];
  if (inner.type !== 'TemplateLiteral' || children(inner, 'expressions').length > 0) return undefined;
  const value = children(inner, 'quasis')[0]?.['value'] as { readonly cooked?: string } | undefined;
  return value?.cooked;
}

/** The identifiers that a pattern declares or assigns, and the members that it assigns. */
export function targetsOf(pattern: SyntaxNode | undefined): readonly SyntaxNode[] {
  if (pattern === undefined) return [];
  const node = unwrapped(pattern);
  switch (node.type) {
    case 'ArrayPattern':
      return children(node, 'elements').flatMap(targetsOf);
    case 'ObjectPattern':
      return children(node, 'properties').flatMap((property) =>
        targetsOf(property.type === 'Property' ? child(property, 'value') : property),
      );
    case 'AssignmentPattern':
      return targetsOf(child(node, 'left'));
    case 'RestElement':
      return targetsOf(child(node, 'argument'));
    case 'TSParameterProperty':
      return targetsOf(child(node, 'parameter'));
    default:
      return [node];
  }
}

/** Of `a.b[c].d`, the `a`. */
export function rootOf(node: SyntaxNode): SyntaxNode {
  let inner = unwrapped(node);
  while (inner.type === 'MemberExpression' || inner.type === 'ChainExpression') {
    inner = unwrapped(child(inner, inner.type === 'ChainExpression' ? 'expression' : 'object') ?? inner);
  }
  return inner;
}

/** Whether a statement or class member exists for the type checker alone. */
export function isErased(node: SyntaxNode): boolean {
  switch (node.type) {
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSDeclareFunction':
    case 'TSIndexSignature':
    case 'TSAbstractMethodDefinition':
    case 'TSAbstractPropertyDefinition':
    case 'TSAbstractAccessorProperty':
    case 'TSNamespaceExportDeclaration':
    case 'EmptyStatement':
    case 'DebuggerStatement':
      return true;
    case 'MethodDefinition':
      return child(node, 'value')?.type === 'TSEmptyBodyFunctionExpression';
    case 'ExpressionStatement':
      return node['directive'] === 'use strict';
    default:
      return node['declare'] === true || node['exportKind'] === 'type' || node['importKind'] === 'type';
  }
}
