/**
 * Code that travels: the slice of a module's tasks, compiled, as a manifest and files that are known by their digests. A
 * process that never saw the project runs the tasks from it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { parseSync } from 'oxc-parser';
import type { transformSync } from 'oxc-transform';

import { SomenError } from '../core/errors.ts';
import { toHex } from '../core/hasher.ts';
import type { Keyer } from '../core/key.ts';
import { applyEdits } from '../core/slice/edits.ts';
import { Program, type TaskDefinition } from '../core/slice/program.ts';
import type { SlicePorts } from '../core/slice/ports.ts';
import type { SliceModule } from '../core/slice/slice-module.ts';
import type { TaskIdentities } from '../core/task-identity.ts';
import { placeOf, type Task } from '../core/task.ts';
import { moduleName } from './module-name.ts';
import { moduleSource } from './module-source.ts';

/** The format of manifests; changes when their meaning does. */
export const BUNDLE_FORMAT = 'somen/code/1';

/** A bundle's table of contents. It is stored as JSON, under the digest of that. */
export interface CodeManifest {
  readonly format: typeof BUNDLE_FORMAT;
  /** The module of its tasks, as it stands in their ids: `my-app/src/units.js`. */
  readonly module: string;
  /** The closure hashes of its tasks, by their names. */
  readonly tasks: Readonly<Record<string, string>>;
  /** The file to import: it schedules the tasks. */
  readonly entry: string;
  /** SHA-256 of each file, in hex, by its name. */
  readonly files: Readonly<Record<string, string>>;
  /** Versions of the packages that the files import, by name. */
  readonly packages: Readonly<Record<string, string>>;
}

/** A bundle with what is in it. */
export interface CodeBundle {
  readonly manifest: CodeManifest;
  /** The files, by their names. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The package that bundles take from where they run. */
export const OWN_PACKAGE = 'somen';

/** What a task is called in its module. A function without a name is called by its variable, where its code is known. */
export function nameInModule(task: Task, identities: TaskIdentities): string {
  const id = identities.id(task);
  return task.named ? id : id.slice(id.lastIndexOf('#') + 1);
}

/**
 * Cuts the code of tasks of one module out of their program, with all that they reach.
 * @throws SomenError with the code `ERR_CODE` where it cannot be followed, with the reasons and their places
 */
export function cutBundle([first, ...others]: readonly [Task, ...Task[]], keyer: Keyer): CodeBundle {
  const { hasher } = keyer;
  const path = pathOf(first);
  const ports = moduleSource();
  const names = new FileNames();
  const program = new Program({
    ports,
    hasher,
    moduleName: nameOfPath,
    moduleUrl: (module) => `somen:${nameOfPath(module)}`,
    sliceUrl: () => 'import.meta.url',
    sliceSpecifier: (module) => `./${names.of(module)}`,
  });
  const definitions = program.tasks(path);
  const wanted = new Map<string, string>();
  for (const task of [first, ...others]) {
    const { name, version } = definitionOf(task, nameInModule(task, keyer.tasks), definitions);
    wanted.set(name, version ?? '');
  }
  // First of all, so that an entry is called alike wherever it stands in the program.
  const entry = names.of(path);
  const { files, packages } = filesOf(
    program.slices([path], (name) => wanted.has(name)),
    names,
    ports,
  );
  return {
    manifest: {
      format: BUNDLE_FORMAT,
      module: nameOfPath(path),
      tasks: Object.fromEntries(wanted),
      entry,
      files: Object.fromEntries([...files].map(([name, bytes]) => [name, toHex(hasher.hash([bytes]))])),
      packages,
    },
    files,
  };
}

/** What the files of a bundle are called: by number, so that nothing of a machine's paths is in it. */
class FileNames {
  readonly #names = new Map<string, string>();

  of(path: string): string {
    let name = this.#names.get(path);
    if (name === undefined) this.#names.set(path, (name = `${this.#names.size}${endingOf(path)}`));
    return name;
  }
}

const CODE_ENDINGS: ReadonlySet<string> = new Set(['.js', '.mjs', '.jsx', '.ts', '.mts', '.tsx']);

function endingOf(path: string): string {
  const ending = extname(path);
  return CODE_ENDINGS.has(ending) ? '.mjs' : ending;
}

function nameOfPath(path: string): string {
  return moduleName(pathToFileURL(path).href);
}

function pathOf(task: Task): string {
  if (task.module?.startsWith('file:') === true) return fileURLToPath(task.module);
  throw new SomenError(
    'ERR_CODE',
    `Cannot take the code of '${task.name}' along: it was scheduled where there is no file (a REPL, eval). Put it into a module`,
  );
}

function definitionOf(task: Task, own: string, definitions: readonly TaskDefinition[]): TaskDefinition {
  const found = definitions.find(({ name }) => name === own);
  if (found?.sliced === true && (found.captured.length === 0 || task.code !== undefined)) return found;
  if (found?.sliced === true) throw new SomenError('ERR_CODE', unseenText(task, found.captured));
  const reasons = found?.refusals.map(({ message, line, column }) => `${message} (${line}:${column})`) ?? [];
  const reason = reasons.length > 0 ? reasons.join('; ') : 'no call of schedule in its module makes it';
  throw new SomenError('ERR_CODE', `Cannot take the code of '${task.name}' along (${placeOf(task)}): ${reason}`);
}

function unseenText(task: Task, captured: readonly string[]): string {
  const names = captured.map((name) => `'${name}'`).join(', ');
  return `Cannot take the code of '${task.name}' along (${placeOf(task)}): it takes ${names} from the function around it, and nobody can see what that is. Pass it as an argument, or start Node with --import somen/node/register`;
}

interface Files {
  readonly files: Map<string, Uint8Array>;
  readonly packages: Record<string, string>;
}

function filesOf(slices: ReadonlyMap<string, SliceModule>, names: FileNames, ports: SlicePorts): Files {
  const tools = loadTools();
  const files = new Map<string, Uint8Array>();
  const packages: Record<string, string> = {};
  for (const slice of slices.values()) {
    const code = compile(slice, ports, tools);
    files.set(names.of(slice.path), new TextEncoder().encode(code));
    for (const path of slice.files) files.set(names.of(path), readFileSync(path));
    for (const specifier of importsOf(code, tools)) {
      const resolved = ports.resolve(specifier, slice.path);
      if (resolved !== undefined && 'package' in resolved && resolved.name !== OWN_PACKAGE)
        packages[resolved.name] = resolved.version;
    }
  }
  return { files, packages };
}

/** What is used of the parser and the compiler. Both are loaded when the first bundle is cut: they take 20 ms. */
interface Tools {
  readonly parser: { readonly parseSync: typeof parseSync };
  readonly compiler: { readonly transformSync: typeof transformSync };
}

function loadTools(): Tools {
  const require = createRequire(import.meta.url);
  return {
    parser: require('oxc-parser') as Tools['parser'],
    compiler: require('oxc-transform') as Tools['compiler'],
  };
}

function compile({ path, edits }: SliceModule, ports: SlicePorts, { compiler, parser }: Tools): string {
  const source = applyEdits(ports.load(path) ?? '', edits);
  const { code, errors } = /\.m?js$/.test(path) ? { code: source, errors: [] } : compiler.transformSync(path, source);
  const [error] = errors;
  if (error !== undefined) throw new SomenError('ERR_CODE', `Cannot compile ${path}: ${error.message}`);
  const { program } = parser.parseSync('slice.mjs', code);
  if (JSON.stringify(program).includes('"type":"Decorator"'))
    throw new SomenError(
      'ERR_CODE',
      `Cannot take the code of ${path} along: it has decorators, which no JavaScript engine runs yet. Schedule functions instead: schedule(fn)`,
    );
  return code;
}

/** The packages that a module imports from, as it calls them. */
function importsOf(code: string, { parser }: Tools): readonly string[] {
  const { staticImports, staticExports, dynamicImports } = parser.parseSync('slice.mjs', code).module;
  const specifiers = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest?.value ?? '')),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => code.slice(start + 1, end - 1)),
  ];
  return specifiers.filter((specifier) => /^[^./]/.test(specifier));
}
