/** The modules of a program as they are now: each is read and parsed once, however many slices are cut. */
import { moduleRecord, type ModuleRecord } from './module-record.ts';
import type { Resolved, SlicePorts } from './ports.ts';
import { refused, type Target } from './target.ts';

/** What has been read and found so far. It serves as long as no file changes: make a new one for each question. */
export class ModuleGraph {
  readonly ports: SlicePorts;
  readonly #records: Map<string, ModuleRecord>;
  readonly #resolved = new Map<string, Resolved | undefined>();
  readonly #loaded = new Map<string, ModuleRecord | Target>();

  /** @param records - what is known of modules already, by path; used as long as their sources are the same */
  constructor(ports: SlicePorts, records: Map<string, ModuleRecord>) {
    this.ports = ports;
    this.#records = records;
  }

  /** Reads a module: its record, or why there is none. */
  load(path: string): ModuleRecord | Target {
    let result = this.#loaded.get(path);
    if (result === undefined) this.#loaded.set(path, (result = this.#read(path)));
    return result;
  }

  #read(path: string): ModuleRecord | Target {
    const source = this.ports.load(path);
    if (source === undefined)
      return refused('not-found', `Cannot find the module '${path}'. Is it there, and is it text?`);
    if (path.endsWith('.json') || this.ports.isData?.(path) === true) return { kind: 'data', path, content: source };
    const known = this.#records.get(path);
    if (known?.source === source) return known;
    try {
      const record = moduleRecord(path, source, this.ports.parse(path, source));
      this.#records.set(path, record);
      return record;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return refused('not-parsed', `Cannot parse the module '${path}': ${reason}`);
    }
  }

  /** What a specifier stands for in a module. */
  resolve(specifier: string, importer: string): Resolved | undefined {
    const key = `${importer}\n${specifier}`;
    if (!this.#resolved.has(key)) this.#resolved.set(key, this.ports.resolve(specifier, importer));
    return this.#resolved.get(key);
  }

  /** What a specifier means in a module. */
  find(record: ModuleRecord, specifier: string): ModuleRecord | Target {
    const resolved = this.resolve(specifier, record.path);
    if (resolved === undefined)
      return refused('not-found', `Cannot find '${specifier}' from '${record.path}'. Is it installed, and spelled so?`);
    return 'module' in resolved ? this.load(resolved.module) : { kind: 'external', from: resolved, name: '*' };
  }
}
