/** Text in the normal form, with gaps where it mentions what stands elsewhere. */
import type { SyntaxNode } from './syntax.ts';

/** The name under which a module knows a default export that has no other. */
export const DEFAULT = '*default*';

/** A mention of something outside of the text, or of a name of the module that the text declares. */
export type Mention =
  /** A name of the module. */
  | { readonly kind: 'name'; readonly name: string; readonly node: SyntaxNode }
  /** `space.member`, where `space` may be a namespace import. */
  | { readonly kind: 'member'; readonly name: string; readonly member: string; readonly node: SyntaxNode }
  /** `import('specifier')`. */
  | { readonly kind: 'module'; readonly specifier: string; readonly node: SyntaxNode }
  /** `new URL('specifier', import.meta.url)`. */
  | { readonly kind: 'asset'; readonly specifier: string; readonly node: SyntaxNode }
  /** The functions that JSX becomes calls of. */
  | { readonly kind: 'jsx'; readonly node: SyntaxNode };

/** Text with gaps: `texts` is one longer than `mentions`. */
export interface CanonicalText {
  readonly texts: readonly string[];
  readonly mentions: readonly Mention[];
}

/** Fills the gaps. */
export function fill(text: CanonicalText, write: (mention: Mention) => string): string {
  let result = text.texts[0] ?? '';
  text.mentions.forEach((mention, index) => {
    result += write(mention) + (text.texts[index + 1] ?? '');
  });
  return result;
}
