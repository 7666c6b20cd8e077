/** What the plugin uses of the context that Vite, Rolldown or Rollup calls its hooks in. */

/** The context of a hook; the environment is Vite's. */
export interface HookContext {
  readonly environment?: {
    readonly name: string;
    readonly mode: string;
    readonly config: { readonly consumer: string };
  };
  emitFile(file: EmittedModule): string;
  warn(warning: { readonly message: string; readonly id?: string; readonly loc?: Place }): void;
  addWatchFile(path: string): void;
  resolve(
    source: string,
    importer: string,
    options: { readonly skipSelf: boolean },
  ): Promise<{ readonly id: string } | null>;
}

/** The context of a `transform` hook. */
export interface TransformContext extends HookContext {
  getCombinedSourcemap(): SourceMap;
}

/** A source map, as far as it matters here: it is only handed on. */
export interface SourceMap {
  readonly version: number;
  readonly mappings: string;
  readonly names: string[];
  readonly sources: string[];
}

/** A module that becomes a chunk of its own. */
interface EmittedModule {
  readonly type: 'chunk';
  readonly id: string;
  readonly name: string;
  readonly preserveSignature: 'strict';
}

/** A place in a file; lines from 1, columns from 0. */
interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What modules are made for. */
export type Purpose =
  /** A bundle: slices become chunks. */
  | 'build'
  /** Browsers, by a development server. */
  | 'serve'
  /** Node, by a development server: workers import files there. */
  | 'serve-node';

/** What a hook is called for. */
export function purposeOf({ environment }: HookContext): Purpose {
  if (environment === undefined || environment.mode === 'build') return 'build';
  return environment.config.consumer === 'server' ? 'serve-node' : 'serve';
}
