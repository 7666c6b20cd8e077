/** Literals in the normal form: what they mean, not how they are written. */
import type { SyntaxNode } from './syntax.ts';

/** A literal as it stands in the normal form. */
export function literal(node: SyntaxNode): string {
  const regex = node['regex'] as { readonly pattern: string; readonly flags: string } | null | undefined;
  if (regex) return `/${regex.pattern}/${regex.flags.split('').toSorted().join('')}`;
  if (typeof node['bigint'] === 'string') return `${BigInt(node['bigint'])}n`;
  const value = node['value'];
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
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
