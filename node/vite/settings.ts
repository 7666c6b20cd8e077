/** What of a project's configuration matters for its tasks. */
import { posix } from 'node:path';
import type { ResolvedConfig } from 'vite';
import type { Jsx } from './compile.ts';
import type { Alias } from './ports.ts';

/** What of a project's configuration matters. */
export interface Settings {
  /** The project's folder. */
  readonly root: string;
  /** The path under which a development server has the project, with `/` at the end. */
  readonly base: string;
  readonly aliases: readonly Alias[];
  readonly jsx: Jsx;
  readonly jsxImportSource: string | undefined;
  /** Folders that are not searched for tasks. */
  readonly skipped: readonly string[];
  /** Whether a bundle for a worker of the user's own is made: it is in no need of slices. */
  readonly isWorker: boolean;
}

/** The settings where there is no Vite. */
export function plainSettings(): Settings {
  const root = process.cwd().replaceAll('\\', '/');
  return { root, base: '/', aliases: [], jsx: {}, jsxImportSource: undefined, skipped: [], isWorker: false };
}

/** The settings of Vite's configuration. */
export function settingsOf(config: ResolvedConfig): Settings {
  const jsx = { development: config.command === 'serve', ...jsxOf(config) };
  return {
    root: config.root,
    base: config.base,
    aliases: config.resolve.alias,
    jsx,
    jsxImportSource: jsx.importSource,
    skipped: [posix.resolve(config.root, config.build.outDir), config.publicDir],
    isWorker: config.isWorker,
  };
}

/** Vite 8 compiles with Oxc, versions before it with esbuild. */
function jsxOf({ oxc, esbuild }: ResolvedConfig): Jsx {
  if (oxc !== undefined && oxc !== false) {
    if (typeof oxc.jsx !== 'object') return {};
    const { runtime, importSource, pragma, pragmaFrag, development } = oxc.jsx;
    return given({ runtime, importSource, pragma, pragmaFrag, development });
  }
  if (esbuild === undefined || esbuild === false) return {};
  const { jsx, jsxImportSource, jsxFactory, jsxFragment, jsxDev } = esbuild;
  const runtime = jsxFactory === undefined && jsx !== 'transform' ? 'automatic' : 'classic';
  const shared = { runtime, development: jsxDev } as const;
  return given({ ...shared, importSource: jsxImportSource, pragma: jsxFactory, pragmaFrag: jsxFragment });
}

/** Without members that are not given. */
function given(jsx: { readonly [K in keyof Jsx]?: Jsx[K] | undefined }): Jsx {
  return Object.fromEntries(Object.entries(jsx).filter(([, value]) => value !== undefined));
}
