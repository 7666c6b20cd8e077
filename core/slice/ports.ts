/** The ports of the slicer: what parses, finds and reads modules. All of it is synchronous, as slices are cut on a first use. */
import type { SyntaxNode } from './syntax.ts';

/**
 * Parses a module into an ESTree program, as `oxc-parser` gives it (`parseSync(path, source).program`); the extension
 * of `path` says whether it is TypeScript or JSX. Positions count UTF-16 code units.
 * @throws SyntaxError where the source cannot be parsed
 */
export type ParseModule = (path: string, source: string) => SyntaxNode;

/** What an import specifier stands for: a module that can be loaded, a package, or a part of the runtime. */
export type Resolved =
  | { readonly module: string }
  | { readonly package: string; readonly name: string; readonly version: string }
  | { readonly builtIn: string };

/**
 * Finds what a specifier means in a module. `{ module }` is a path for {@link LoadModule}; of a package, `package` is
 * the specifier below its name (`''`, or `/fp` for `date-fns/fp`). `undefined` where there is no such thing.
 */
export type ResolveImport = (specifier: string, importer: string) => Resolved | undefined;

/** Reads a module's source text; `undefined` where there is none. */
export type LoadModule = (path: string) => string | undefined;

/** All that the slicer needs of its surroundings. */
export interface SlicePorts {
  readonly parse: ParseModule;
  readonly resolve: ResolveImport;
  readonly load: LoadModule;
  /**
   * Whether a module is data: its content counts, and slices import it as the module does. A path may end in a query
   * that says what is made of a file. JSON is data in any case. @default no other
   */
  readonly isData?: ((path: string) => boolean) | undefined;
  /** Where the JSX runtime comes from, if a module does not say: no pragma, and no `React` in scope. @default 'react' */
  readonly jsxImportSource?: string | undefined;
}
