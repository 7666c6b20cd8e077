/** The slicer's surroundings in Node: modules out of files, found as Node and TypeScript find them, parsed by oxc. */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync, type Stats } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, resolve as resolvePath, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Resolved, SlicePorts } from '../core/slice/ports.ts';
import type { SyntaxNode } from '../core/slice/syntax.ts';
import { compilerOptions } from './compiler-options.ts';
import { linkedModule } from './linked-package.ts';

/** What is used of `oxc-parser`. */
interface Parser {
  parseSync(
    path: string,
    source: string,
    options: { readonly sourceType: 'module' },
  ): { readonly program: unknown; readonly errors: readonly { readonly message: string; readonly severity: string }[] };
}

/** Endings that a relative import may leave out, in the order in which they are tried. */
const EXTENSIONS: readonly string[] = ['', '.ts', '.tsx', '.mts', '.js', '.mjs', '.jsx', '.json'];

/** TypeScript imports `./x.js` and means `./x.ts`. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.mjs': ['.mts'],
  '.jsx': ['.tsx'],
};

/** Known by its name, however it is installed. */
const THIS_PACKAGE = 'somen';

/** Files as they were read last. */
interface ReadFile {
  readonly stamp: string;
  readonly text: string;
}

/** The ports of a slicer in Node. */
export interface ModuleSource extends SlicePorts {
  /** The stamp (see {@link stampOf}) that a file had just before it was read last; `undefined` where it was not. */
  readonly readStamp: (path: string) => string | undefined;
  /** Paths of the `package.json` of all packages whose versions were given, so far. */
  readonly manifests: () => readonly string[];
}

/** The ports of a slicer in Node. The parser is loaded when the first module is parsed. */
export function moduleSource(): ModuleSource {
  const files = new Map<string, ReadFile>();
  const packages: Packages = new Map();
  let parser: Parser | undefined;
  const { jsxImportSource } = compilerOptions();
  return {
    ...(typeof jsxImportSource === 'string' && { jsxImportSource }),
    parse: (path, source) => parse((parser ??= loadParser()), path, source),
    load: (path) => readCached(path, files),
    readStamp: (path) => files.get(path)?.stamp ?? manifestStamp(path, packages),
    manifests: () => [...packages].filter(([, known]) => known.isUsed).map(([folder]) => manifestOf(folder)),
    resolve: (specifier, importer) => resolveSpecifier(specifier, importer, packages),
  };
}

function loadParser(): Parser {
  const require = createRequire(import.meta.url);
  return require('oxc-parser') as Parser;
}

function parse(parser: Parser, path: string, source: string): SyntaxNode {
  const { program, errors } = parser.parseSync(path, source, { sourceType: 'module' });
  const error = errors.find((one) => one.severity === 'Error');
  if (error !== undefined) throw new SyntaxError(error.message);
  return program as SyntaxNode;
}

/** A file's text, read again only where its stamp is another. */
function readCached(path: string, files: Map<string, ReadFile>): string | undefined {
  const stamp = stampOf(path);
  if (stamp === undefined) return undefined;
  const known = files.get(path);
  if (known?.stamp === stamp) return known.text;
  try {
    const bytes = readFileSync(path);
    // Data need not be text: as UTF-8, different files could read alike.
    const text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
    files.set(path, { stamp, text });
    return text;
  } catch {
    return undefined;
  }
}

/** What changes whenever a file does, even where another one is moved to its place; `undefined` where there is none. */
export function stampOf(path: string): string | undefined {
  const stats = statOf(path);
  return stats === undefined ? undefined : `${stats.mtimeMs} ${stats.ctimeMs} ${stats.size} ${stats.ino}`;
}

/** When a file was changed, or moved to its place, in milliseconds since 1970; 0 where it is not there. */
export function changeTime(path: string): number {
  const stats = statOf(path);
  return stats === undefined ? 0 : Math.max(stats.mtimeMs, stats.ctimeMs);
}

function resolveSpecifier(specifier: string, importer: string, packages: Packages): Resolved | undefined {
  if (isBuiltin(specifier)) return { builtIn: specifier.replace(/^node:/, '') };
  if (/^(?:\.{0,2}\/|file:)/.test(specifier)) {
    const path = specifier.startsWith('file:') ? fileURLToPath(specifier) : resolvePath(dirname(importer), specifier);
    const module = existing(path.replace(/[?#].*$/, ''));
    return module === undefined ? undefined : { module };
  }
  return specifier.startsWith('#') ? imported(specifier, importer, packages) : packaged(specifier, importer, packages);
}

/** The file that a path without an ending, or with the ending of what a compiler makes of it, means. */
function existing(path: string): string | undefined {
  const extension = extname(path);
  const sources = (SOURCES[extension] ?? []).map((source) => path.slice(0, -extension.length) + source);
  const index = EXTENSIONS.filter((ending) => ending !== '').map((ending) => `${path}${sep}index${ending}`);
  return [...EXTENSIONS.map((ending) => path + ending), ...sources, ...index].find((one) => statOf(one) !== undefined);
}

/** `#name` of the package's own `imports`: what Node makes of it. */
function imported(specifier: string, importer: string, packages: Packages): Resolved | undefined {
  let path;
  try {
    path = createRequire(pathToFileURL(importer)).resolve(specifier);
  } catch {
    return undefined;
  }
  if (isBuiltin(path)) return { builtIn: path.replace(/^node:/, '') };
  const own = nearestPackage(dirname(importer), packages);
  const its = nearestPackage(dirname(path), packages);
  if (its === undefined || its === own) return { module: path };
  return { package: '', name: its.name, version: its.version };
}

function packaged(specifier: string, importer: string, packages: Packages): Resolved | undefined {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const rest = specifier.slice(name.length);
  for (let folder = dirname(importer), last = ''; folder !== last; last = folder, folder = dirname(folder)) {
    const isOwn = packageIn(folder, packages)?.name === name;
    const place = isOwn ? folder : `${folder}${sep}node_modules${sep}${name}`;
    const found = packageIn(place, packages);
    if (found === undefined) continue;
    const module = name === THIS_PACKAGE ? undefined : linkedModule(place, rest);
    if (module !== undefined) return { module };
    use(place, packages);
    return { package: rest, name, version: found.version };
  }
  return undefined;
}

/** What matters of a `package.json`. */
interface PackageFile {
  readonly name: string;
  readonly version: string;
}

function nearestPackage(start: string, packages: Packages): PackageFile | undefined {
  for (let folder = start, last = ''; folder !== last; last = folder, folder = dirname(folder)) {
    const found = packageIn(folder, packages);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Packages by their folders, as they were read last. */
type Packages = Map<string, KnownPackage>;

interface KnownPackage {
  readonly stamp: string | undefined;
  readonly file: PackageFile | undefined;
  /** Whether its version counts somewhere. */
  isUsed: boolean;
}

/** The package of a folder, read again where its `package.json` was changed, as an installation does. */
function packageIn(folder: string, packages: Packages): PackageFile | undefined {
  const path = manifestOf(folder);
  const stamp = stampOf(path);
  const known = packages.get(folder);
  if (known !== undefined && known.stamp === stamp) return known.file;
  const file = stamp === undefined ? undefined : readPackage(path);
  packages.set(folder, { stamp, file, isUsed: known?.isUsed ?? false });
  return file;
}

function manifestOf(folder: string): string {
  return `${folder}${sep}package.json`;
}

function manifestStamp(path: string, packages: Packages): string | undefined {
  return packages.get(dirname(path))?.stamp;
}

function use(folder: string, packages: Packages): void {
  const known = packages.get(folder);
  if (known !== undefined) known.isUsed = true;
}

function readPackage(path: string): PackageFile | undefined {
  try {
    const { name = '', version = '' } = JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
    return { name, version };
  } catch {
    return undefined;
  }
}

/** What is known of a file; `undefined` where there is none that can be read. */
function statOf(path: string): Stats | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() === true ? stats : undefined;
  } catch {
    // A folder on the way is a file, or may not be entered.
    return undefined;
  }
}
