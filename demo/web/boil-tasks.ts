/** How a program is made of its sources: five tasks. The page and its workers import them. */
import { gatherDict, schedule, type Promised, type RetryHints, type Scheduled } from 'somen/web';
import { compileFile, importsOf, linkFiles, type Files } from './boil-compiler.ts';

/** Whether a file is a header: files that import it are made of it, too. */
function isHeader(path: string): boolean {
  return path.startsWith('include/');
}

/** A compiler that does not come is asked for once more; what it says of a file stays. */
const retries: RetryHints = {
  count: 1,
  retryIf: (error) => !(error instanceof Error && error.name === 'CompileError'),
};

/** What a file imports. Asked again when its text has changed. */
const findImports: Scheduled<(path: string, text: string) => Promise<readonly string[]>> = schedule(
  (path: string, text: string) => importsOf(path, { [path]: text }),
  { name: 'demo/boil/findImports', version: '1', retries },
);

/** Compiles a file, of which and of whose headers it is given the texts: they are its key. */
const compile: Scheduled<(path: string, inputs: Files) => Promise<string>> = schedule(
  (path: string, inputs: Files) => compileFile(path, inputs),
  { name: 'demo/boil/compile', version: '1', display: 'Compiling {0} ...', confirm: true, retries },
);

/** The program. Where all compiled files are as they were, it is, too. */
const link: Scheduled<(main: string, objects: Files) => Promise<string>> = schedule(
  (main: string, objects: Files) => linkFiles(main, objects),
  { name: 'demo/boil/link', version: '1', display: 'Linking ...', confirm: true, retries },
);

/** The second half of the workflow, drawn when all imports are known. That is quick, so it is done each time, and here. */
const buildFiles: Scheduled<(main: string, files: Files, imports: Imports) => Promised<string>> = schedule(
  (main: string, files: Files, imports: Imports) => {
    const sources = Object.keys(files).filter((path) => !isHeader(path));
    return link(main, gatherDict(dict(sources, (path) => compile(path, inputsOf(path, files, imports)))));
  },
  { name: 'demo/boil/buildFiles', main: true, store: false },
);

/** The workflow of a target. */
export const makeTarget: Scheduled<(target: string, main: string, files: Files) => Promised<string>> = schedule(
  (_target: string, main: string, files: Files) =>
    buildFiles(main, files, gatherDict(dict(Object.keys(files), (path) => findImports(path, files[path] ?? '')))),
  { name: 'demo/boil/makeTarget', main: true, store: false, display: 'Building target {0}' },
);

/** The paths that each file imports. */
type Imports = Readonly<Record<string, readonly string[]>>;

/** A source, and all headers that it imports or that these import. */
function inputsOf(source: string, files: Files, imports: Imports): Files {
  const found = new Set([source]);
  for (const path of found)
    for (const imported of imports[path] ?? []) if (isHeader(imported) && imported in files) found.add(imported);
  return dict([...found].sort(), (path) => files[path] ?? '');
}

function dict<T>(keys: readonly string[], valueOf: (key: string) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)]));
}
