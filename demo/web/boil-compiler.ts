/** The compiler of the chapter 'Boil': esbuild, as WebAssembly, in a worker. It sees files as texts by their paths. */
import type * as Esbuild from 'esbuild-wasm/esm/browser.js';

/** Texts by paths, which have no `./`. */
export type Files = Readonly<Record<string, string>>;

/** Something that the compiler has to say about a place. */
export interface Problem {
  readonly path: string;
  /** Line and column, both from 1. The linker sees compiled files only, so it does not know any. */
  readonly place: { readonly line: number; readonly column: number } | undefined;
  readonly text: string;
}

/** A file could not be compiled, or files could not be linked. */
class CompileError extends Error {
  override readonly name = 'CompileError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, text }) => `${path}: ${text}`).join('\n'));
    this.problems = problems;
  }
}

/** esbuild writes it before the paths of files that are none of a disk. */
const NAMESPACE = 'project';
const PREFIX = `${NAMESPACE}:`;

/** What the page answers when a worker has no compiler yet: esbuild's WebAssembly, or why it is not there. */
export type CompilerMessage = { readonly compiler: WebAssembly.Module } | { readonly failure: string };

/** The compiler, as the page hands it over. */
let receive: (module: WebAssembly.Module | Promise<never>) => void;
const given = new Promise<WebAssembly.Module>((resolve) => (receive = resolve));
// Who waits for it is told; before that, nobody need be.
given.catch(() => undefined);
let started: Promise<typeof Esbuild> | undefined;

/** Hands the compiler to this worker. */
export function receiveCompiler(message: CompilerMessage): void {
  receive('compiler' in message ? message.compiler : Promise.reject(new Error(message.failure)));
}

/** Starts at the first use, and stays for as long as the worker lives. */
function esbuild(): Promise<typeof Esbuild> {
  return (started ??= start().catch((error: unknown) => {
    // The next one may have more luck.
    started = undefined;
    throw error;
  }));
}

async function start(): Promise<typeof Esbuild> {
  const [module, wasmModule] = await Promise.all([import('esbuild-wasm/esm/browser.js'), given]);
  // This is a worker already.
  await module.initialize({ wasmModule, worker: false });
  return module;
}

/** The files that a file imports, as far as its code needs them: imports of types are none. A broken file has none. */
export async function importsOf(path: string, files: Files): Promise<readonly string[]> {
  const imported = new Set<string>();
  const note = (found: string): boolean => {
    if (found !== path) imported.add(found);
    return found !== path;
  };
  try {
    await bundle(path, files, { isExternal: note });
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return [];
  }
  return [...imported].sort();
}

/** Makes plain JavaScript of a file. The headers that it imports become part of it; of other files, the imports stay. */
export function compileFile(path: string, files: Files): Promise<string> {
  return bundle(path, files, { isExternal: (found) => !(found in files) });
}

/** Makes one script of compiled files. */
export function linkFiles(main: string, objects: Files): Promise<string> {
  return bundle(main, objects, { isExternal: () => false, format: 'iife', loader: 'js' }).catch((error: unknown) => {
    if (!(error instanceof CompileError)) throw error;
    throw new CompileError(error.problems.map((problem) => ({ ...problem, place: undefined })));
  });
}

interface BundleOptions {
  readonly isExternal: (path: string) => boolean;
  readonly format?: 'esm' | 'iife';
  readonly loader?: 'ts' | 'js';
}

async function bundle(path: string, files: Files, options: BundleOptions): Promise<string> {
  const { isExternal, format = 'esm', loader = 'ts' } = options;
  const { build } = await esbuild();
  const plugin: Esbuild.Plugin = {
    name: 'files',
    setup(building) {
      building.onResolve({ filter: /./ }, ({ path: specifier, importer }) => {
        const found = resolved(specifier, importer);
        return isExternal(found) ? { path: `./${found}`, external: true } : { path: found, namespace: NAMESPACE };
      });
      building.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path: found }) => {
        const contents = files[found];
        return contents === undefined ? { errors: [{ text: `There is no file '${found}'` }] } : { contents, loader };
      });
    },
  };
  try {
    const { outputFiles } = await build({
      entryPoints: [path],
      bundle: true,
      write: false,
      format,
      target: 'es2022',
      minifySyntax: true,
      logLevel: 'silent',
      plugins: [plugin],
    });
    return outputFiles?.[0]?.text ?? '';
  } catch (error) {
    throw asCompileError(error, path);
  }
}

/** `./paint.ts` in `sub/main.ts` is `sub/paint.ts`; a file that is compiled comes without a place. */
function resolved(specifier: string, importer: string): string {
  return new URL(specifier, `file:///${importer}`).pathname.slice(1);
}

function asCompileError(error: unknown, path: string): unknown {
  const { errors } = error as Partial<Esbuild.BuildFailure>;
  if (!Array.isArray(errors)) return error;
  return new CompileError(
    (errors as readonly Esbuild.Message[]).map(({ text, location }) => ({
      path: location?.file.replace(PREFIX, '') ?? path,
      place: location === null ? undefined : { line: location.line, column: location.column + 1 },
      text: text.replaceAll(`"${PREFIX}`, '"'),
    })),
  );
}
