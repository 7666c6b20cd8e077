/** Follows names from module to module. */
import type { ModuleGraph } from './module-graph.ts';
import type { Export, ModuleRecord } from './module-record.ts';
import { refused, type Target } from './target.ts';

/** What others need of a module in a slice. */
export interface Uses {
  readonly record: ModuleRecord;
  /** Exported names, and what they are. */
  readonly exports: Map<string, Export>;
}

/** The modules of one slice, and how they are connected. */
export class Linker {
  readonly uses: Map<string, Uses> = new Map();
  readonly #graph: ModuleGraph;
  #isAsking = false;

  constructor(graph: ModuleGraph) {
    this.#graph = graph;
  }

  /** What a specifier means in a module. */
  find(record: ModuleRecord, specifier: string): ModuleRecord | Target {
    return this.#graph.find(record, specifier);
  }

  /** What a name means in a module. */
  local(record: ModuleRecord, name: string): Target {
    const imported = record.imports.get(name);
    if (imported === undefined) return { kind: 'binding', record, name };
    return this.#from(record, imported.specifier, imported.imported, new Set());
  }

  /** What a module exports under a name. */
  exported(record: ModuleRecord, name: string, seen: Set<string> = new Set()): Target {
    const key = `${record.path}\n${name}`;
    const missing = refused('not-found', `Cannot find the export '${name}' of '${record.path}'. Is it spelled so?`);
    if (seen.has(key)) return missing;
    seen.add(key);
    const own = record.exports.get(name);
    const target = own === undefined ? this.#starred(record, name, seen) : this.#follow(record, own, seen);
    if (target === undefined) return missing;
    if (own !== undefined && target.kind !== 'refused') this.#export(record, name, own);
    return target;
  }

  #follow(record: ModuleRecord, own: Export, seen: Set<string>): Target {
    return 'local' in own ? this.local(record, own.local) : this.#from(record, own.specifier, own.imported, seen);
  }

  /** `export * from`: the first that has the name; of packages it is not known, so they come last. */
  #starred(record: ModuleRecord, name: string, seen: Set<string>): Target | undefined {
    if (name === 'default') return undefined;
    const isPackage = (specifier: string): boolean => isExternal(this.find(record, specifier));
    const stars = record.stars.toSorted((a, b) => Number(isPackage(a)) - Number(isPackage(b)));
    for (const specifier of stars) {
      const target = this.#from(record, specifier, name, seen);
      if (target.kind === 'refused') continue;
      this.#export(record, name, { specifier, imported: name });
      return target;
    }
    return undefined;
  }

  #from(record: ModuleRecord, specifier: string, name: string, seen: Set<string>): Target {
    const found = this.find(record, specifier);
    if (!('kind' in found))
      return name === '*' ? { kind: 'namespace', record: found } : this.exported(found, name, seen);
    return found.kind === 'external' ? { ...found, name } : found;
  }

  /** All names that a module exports, sorted. */
  names(record: ModuleRecord, seen: Set<ModuleRecord> = new Set()): readonly string[] {
    if (seen.has(record)) return [];
    seen.add(record);
    const starred = record.stars.flatMap((specifier) => {
      const found = this.find(record, specifier);
      return 'kind' in found ? [] : this.names(found, seen).filter((name) => name !== 'default');
    });
    return [...new Set([...record.exports.keys(), ...starred])].toSorted();
  }

  #export(record: ModuleRecord, name: string, own: Export): void {
    if (!this.#isAsking) this.usesOf(record).exports.set(name, own);
  }

  /** What a name means in a module, for one that may not be needed: nothing is noted. */
  ask(record: ModuleRecord, name: string): Target {
    this.#isAsking = true;
    const target = this.local(record, name);
    this.#isAsking = false;
    return target;
  }

  /** What a slice needs of a module; noted from now on if it was not. */
  usesOf(record: ModuleRecord): Uses {
    let uses = this.uses.get(record.path);
    if (uses === undefined) this.uses.set(record.path, (uses = { record, exports: new Map() }));
    return uses;
  }

  /** The modules of the slice in the order in which they are evaluated. */
  order(root: ModuleRecord): readonly ModuleRecord[] {
    const done: ModuleRecord[] = [];
    const visited = new Set<ModuleRecord>();
    const visit = (record: ModuleRecord): void => {
      if (visited.has(record)) return;
      visited.add(record);
      for (const specifier of record.requests) {
        const resolved = this.#graph.resolve(specifier, record.path);
        const used = resolved !== undefined && 'module' in resolved ? this.uses.get(resolved.module) : undefined;
        if (used !== undefined) visit(used.record);
      }
      done.push(record);
    };
    visit(root);
    for (const { record } of this.uses.values()) visit(record);
    return done;
  }

  /** The text of a file that a module names beside itself. */
  asset(record: ModuleRecord, specifier: string): Target {
    const resolved = this.#graph.resolve(specifier, record.path);
    const path = resolved !== undefined && 'module' in resolved ? resolved.module : undefined;
    const content = path === undefined ? undefined : this.#graph.ports.load(path);
    if (path === undefined || content === undefined)
      return refused('not-found', `Cannot find the file '${specifier}' beside '${record.path}'. Is it there?`);
    return { kind: 'data', path, content };
  }

  /** Where the JSX of a module comes from: its pragma, or the option. */
  jsx(record: ModuleRecord): Target {
    const source = /@jsxImportSource\s+(\S+)/.exec(record.source)?.[1] ?? this.#graph.ports.jsxImportSource ?? 'react';
    const found = this.find(record, `${source}/jsx-runtime`);
    return 'kind' in found ? found : { kind: 'namespace', record: found };
  }
}

function isExternal(found: ModuleRecord | Target): boolean {
  return 'kind' in found && found.kind === 'external';
}
