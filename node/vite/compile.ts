/** From a module's text and edits to JavaScript, with maps to the user's lines. */
import { MagicString } from 'magic-string';
import { transformSync, type JsxOptions } from 'oxc-transform';
import type { Edit } from '../../core/slice/edits.ts';

/** Code and its source map, as Vite and Rollup take them. */
export interface Mapped {
  readonly code: string;
  readonly map: string;
}

/** A text with its edits. `source` is the path of the text, for the map. */
export function edited(text: string, edits: readonly Edit[], source: string): Mapped {
  const result = new MagicString(text);
  for (const { start, end, text: inserted } of edits) {
    if (start === end) result.appendLeft(start, inserted);
    else if (inserted === '') result.remove(start, end);
    else result.update(start, end, inserted);
  }
  const map = result.generateMap({ source, hires: 'boundary', includeContent: true });
  return { code: result.toString(), map: map.toString() };
}

/** What must be compiled, by the endings of files. */
const LANGUAGES = ['ts', 'tsx', 'jsx'] as const;

/** How JSX is compiled, where the project says. */
export type Jsx = Pick<JsxOptions, 'runtime' | 'importSource' | 'pragma' | 'pragmaFrag' | 'development'>;

/**
 * JavaScript of TypeScript or JSX; `undefined` where a text is JavaScript already. The ending of `path` says what it is.
 * @throws SyntaxError where it cannot be compiled
 */
export function compiled(code: string, path: string, jsx: Jsx): Mapped | undefined {
  const [, language = ''] = /\.[cm]?(ts|tsx|jsx)$/.exec(path) ?? [];
  const lang = LANGUAGES.find((one) => one === language);
  if (lang === undefined) return undefined;
  const result = transformSync(path, code, { lang, sourcemap: true, jsx: { ...jsx, refresh: false } });
  const [error] = result.errors;
  if (error !== undefined) throw new SyntaxError(`Cannot compile the slice of ${path}: ${error.message}`);
  return { code: result.code, map: JSON.stringify(result.map) };
}
