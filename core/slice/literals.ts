/** Literals in the normal form: what they mean, not how they are written. */
import { child, children, unwrapped, type SyntaxNode } from './syntax.ts';

/** A literal as it stands in the normal form. */
export function literal(node: SyntaxNode): string {
  const regex = node['regex'] as { readonly pattern: string; readonly flags: string } | null | undefined;
  if (regex) return `/${regex.pattern}/${regex.flags.split('').toSorted().join('')}`;
  if (typeof node['bigint'] === 'string') return `${BigInt(node['bigint'])}n`;
  const value = node['value'];
  if (typeof value === 'string') return JSON.stringify(value);
  // What is beyond JSON in a parser's answer: 1e999.
  return value === null ? String(node['raw']) : String(value);
}

/** What minifiers write for constants: `void 0`, `!0`, `!1`, `1 / 0`; `undefined` for any other expression. */
export function constant(node: SyntaxNode): string | undefined {
  if (node.type === 'UnaryExpression') {
    const value = numberOf(child(node, 'argument'));
    if (value === undefined) return undefined;
    if (node['operator'] === 'void') return 'g:undefined';
    return node['operator'] === '!' ? String(value === 0) : undefined;
  }
  if (node.type !== 'BinaryExpression' || node['operator'] !== '/') return undefined;
  return numberOf(child(node, 'left')) === 1 && numberOf(child(node, 'right')) === 0 ? 'g:Infinity' : undefined;
}

function numberOf(node: SyntaxNode | undefined): number | undefined {
  const value = node?.type === 'Literal' ? node['value'] : undefined;
  return typeof value === 'number' ? value : undefined;
}

/** A text with values in it: one text more than there are values. */
export interface Template {
  readonly texts: readonly string[];
  readonly expressions: readonly SyntaxNode[];
}

/** A string, a template, or a sum of such; `undefined` for anything else. */
export function templateOf(expression: SyntaxNode): Template | undefined {
  const node = unwrapped(expression);
  if (node.type === 'Literal')
    return typeof node['value'] === 'string' ? { texts: [node['value']], expressions: [] } : undefined;
  if (node.type === 'TemplateLiteral') {
    const texts = children(node, 'quasis').map((element) => (element['value'] as { readonly cooked: string }).cooked);
    return { texts, expressions: children(node, 'expressions') };
  }
  if (node.type !== 'BinaryExpression' || node['operator'] !== '+') return undefined;
  const [left, right] = [child(node, 'left'), child(node, 'right')].map((one) => one && templateOf(one));
  if (left === undefined || right === undefined) return undefined;
  const middle = `${left.texts.at(-1) ?? ''}${right.texts[0] ?? ''}`;
  return {
    texts: [...left.texts.slice(0, -1), middle, ...right.texts.slice(1)],
    expressions: [...left.expressions, ...right.expressions],
  };
}

/**
 * Text between JSX tags as it reaches the program: lines are trimmed where they were broken, and joined by one space.
 * `''` where nothing is left.
 */
export function jsxText(value: string): string {
  const lines = value.split(/\r\n|\n|\r/);
  const kept = lines.map((line, index) => {
    const start = index === 0 ? line : line.replace(/^[ \t]+/, '');
    return index === lines.length - 1 ? start : start.replace(/[ \t]+$/, '');
  });
  const joined = kept.filter((line) => line !== '').join(' ');
  return joined === '' ? '' : JSON.stringify(joined);
}
