/** `import()` in workers of a built app. */

/** The module with which Vite wraps each `import(...)` of an app. */
export const PRELOAD_HELPER = '\0vite/preload-helper.js';

/**
 * Lets Vite's helper, which adds links to the document for what the import needs, leave that out where there is no
 * document. Packages that tasks use have `import()` too, so it is not enough to keep the helper out of slices.
 * @returns `undefined` where Vite's code is not what it was
 */
export function withoutDocument(code: string): string | undefined {
  const declaration = 'export const __vitePreload =';
  if (!code.includes(declaration)) return undefined;
  const inPage = code.replace(declaration, 'const preloadInPage =');
  return `${inPage};
export const __vitePreload = (load, links, importer) =>
  typeof document === 'undefined' ? load() : preloadInPage(load, links, importer);`;
}
