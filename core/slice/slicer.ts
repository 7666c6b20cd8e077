/** Cuts slices: of a program, the statements that one function reaches. */
import { Closure } from './closure.ts';
import { emit, type ModuleSlice } from './emit.ts';
import { Linker } from './linker.ts';
import { locate, type Found, type Locator } from './locate.ts';
import { ModuleGraph } from './module-graph.ts';
import type { ModuleRecord } from './module-record.ts';
import { normalForm, normalParts, normalRoot, type NormalPart } from './normal-form.ts';
import type { SlicePorts } from './ports.ts';
import type { Refusal } from './refusals.ts';
import { rootOfFound } from './roots.ts';
import { externalText, type External } from './target.ts';
import { closureOfTask, TaskIndex } from './task-index.ts';

/** A package or a part of the runtime that a slice imports from. */
export interface SliceImport {
  /** Of a package `name@version`, with the path below its name if there is one (`date-fns@4.1.0/fp`); else `node:fs`. */
  readonly id: string;
  readonly from: External;
  /** The exported names, sorted; `'*'` is all of them. */
  readonly names: readonly string[];
}

/** What one function reaches. */
export interface Slice {
  /** The function's name, as far as the source tells it. */
  readonly name: string;
  /** Each after those that it imports, as far as there is such an order; the function's own comes last. */
  readonly modules: readonly ModuleSlice[];
  /** Packages and parts of the runtime, sorted by id. */
  readonly imports: readonly SliceImport[];
  /** Paths of files that are reached and are no code, sorted. */
  readonly files: readonly string[];
  /** What cannot be followed. Where there is any, the slice is not the whole of what the function needs. */
  readonly refusals: readonly Refusal[];
  /** What was followed, but reaches more than it should. */
  readonly notes: readonly Refusal[];
  /**
   * The normal form, which the closure hash is the digest of.
   * @param moduleName - what the module of a task is called that is known by its name. @default its path
   */
  normalForm(moduleName?: (path: string) => string): string;
  /**
   * The named pieces of the normal form, the function itself first as `module#name`.
   * @param moduleName - what a module is called. @default its path
   */
  normalParts(moduleName?: (path: string) => string): readonly NormalPart[];
}

/** Cuts slices, and remembers the modules that it has parsed as long as their sources stay. */
export class Slicer {
  readonly #ports: SlicePorts;
  readonly #records = new Map<string, ModuleRecord>();

  constructor(ports: SlicePorts) {
    this.#ports = ports;
  }

  /**
   * The slice of one function of a module.
   * @returns `undefined` where the module has no such function, or cannot be read
   */
  slice(modulePath: string, locator: Locator): Slice | undefined {
    const graph = new ModuleGraph(this.#ports, this.#records);
    const linker = new Linker(graph);
    const record = graph.load(modulePath);
    if ('kind' in record) return undefined;
    const found = locate(record, locator);
    if (found !== undefined) return makeSlice(record, found, linker, graph);
    const target = locator.name === undefined ? undefined : linker.exported(record, locator.name);
    // What a module only passes on is cut where it stands.
    return target?.kind === 'binding' && target.record !== record
      ? this.slice(target.record.path, { name: target.name })
      : undefined;
  }
}

function makeSlice(record: ModuleRecord, found: Found, linker: Linker, graph: ModuleGraph): Slice {
  const root = rootOfFound(record, found);
  // Code holds the tasks that it calls; a hash only knows them by name.
  const closure = new Closure(root, linker);
  const identity = closureOfTask(root, graph, new TaskIndex(graph));
  const imports = [...closure.externals.values()].map(({ from, names }) => ({
    id: externalText(from),
    from,
    names: [...names].toSorted(),
  }));
  let modules: readonly ModuleSlice[] | undefined;
  return {
    name: found.name,
    // A hash needs no code.
    get modules() {
      return (modules ??= emit(closure, found));
    },
    imports: imports.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    files: [...closure.files.keys()].toSorted(),
    refusals: closure.refusals,
    notes: closure.notes,
    normalForm: (moduleName = (path) => path) => normalForm(identity, moduleName),
    normalParts: (moduleName = (path) => path) => [
      { id: `${moduleName(record.path)}#${found.name}`, text: normalRoot(identity, moduleName) },
      ...normalParts(identity, moduleName),
    ],
  };
}
