/**
 * Modules that exist as text only: each becomes a Blob with a URL, which the engine imports. A worker keeps of each path
 * one module, the last; what the engine keeps of those before it goes with the worker.
 */
import { realm } from '../../core/realm.ts';
import { SOMEN_MODULE, type LiveModule, type LivePart } from './messages.ts';

/** Where the exports of this package are, for the modules of a script, which can import nothing by name. */
const EXPORTS = 'somen.live.exports/1';

/** Where the function is that gives the id of a slice, for the marks of tasks. */
const SLICES = 'somen.live.slices/1';

/** The `module` of the tasks of a module. */
export function taskModule(name: string): string {
  return `somen:${name}`;
}

/** The expression that gives the id of the slice of a module, wherever it is evaluated. */
export function sliceExpression(path: string): string {
  return `globalThis[Symbol.for("${SLICES}")](${JSON.stringify(path)})`;
}

/** What ids begin with. They stand in stacks, in the place of URLs. */
export const ID_SCHEME = 'somen-live:';

/** A URL of a Blob, as stacks show it. */
const BLOB_URL = /blob:[^\s()@]*?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi;

interface Loaded {
  readonly id: string;
  readonly url: string;
  namespace?: Promise<unknown>;
}

/** The modules of one worker. */
export class ModuleLoader {
  readonly #modules = new Map<string, LiveModule>();
  readonly #loaded = new Map<string, Loaded>();
  readonly #ids = new Map<string, string>();
  #slices: ReadonlyMap<string, string> = new Map();
  readonly #somen: string;

  /** @param exported - the exports of this package, as modules see them */
  constructor(exported: object) {
    const scope = globalThis as { [key: symbol]: unknown };
    scope[Symbol.for(EXPORTS)] = exported;
    scope[Symbol.for(SLICES)] = (path: string) => this.#slices.get(path);
    const names = Object.keys(exported).join(', ');
    this.#somen = urlOf([`export const { ${names} } = globalThis[Symbol.for("${EXPORTS}")];`], 'text/javascript');
  }

  /** Lets modules be known. Those without parts were told before. */
  take(modules: readonly LiveModule[]): void {
    for (const module of modules) if (module.parts !== undefined) this.#modules.set(module.id, module);
  }

  /** Says which slice each module with tasks has now. */
  useSlices(slices: ReadonlyMap<string, string>): void {
    this.#slices = slices;
  }

  /** Imports a module by its id, and what it imports. */
  load(id: string): Promise<unknown> {
    const loaded = this.#prepare(id);
    return (loaded.namespace ??= import(/* @vite-ignore */ /* webpackIgnore: true */ loaded.url));
  }

  #prepare(id: string): Loaded {
    const module = this.#modules.get(id);
    if (module?.parts === undefined) throw new Error(`Cannot load ${id}: the worker was not told of it`);
    const { path, name, type, parts } = module;
    const known = this.#loaded.get(path);
    if (known?.id === id) return known;
    if (known !== undefined) this.#forget(known, name);
    const texts = parts.map((part) => (isText(part) ? part : this.#urlOf(part.module)));
    const loaded = { id, url: urlOf(texts, type) };
    this.#loaded.set(path, loaded);
    this.#ids.set(loaded.url, id);
    return loaded;
  }

  /** Nobody imports it any more: whoever did has another id now, too. */
  #forget({ url }: Loaded, name: string): void {
    URL.revokeObjectURL(url);
    this.#ids.delete(url);
    forgetTasks(taskModule(name));
  }

  #urlOf(id: string): string {
    return id === SOMEN_MODULE ? this.#somen : this.#prepare(id).url;
  }

  /** A stack with ids in the place of URLs. */
  named(stack: string): string {
    return stack.replace(BLOB_URL, (url) => this.#ids.get(url) ?? url);
  }
}

function isText(part: LivePart): part is string | Blob {
  return typeof part === 'string' || part instanceof Blob;
}

function urlOf(parts: readonly (string | Blob)[], type: string): string {
  return URL.createObjectURL(new Blob([...parts], { type }));
}

/**
 * Takes the tasks and classes of a module out of the realm. Else those of them whose code counts as the same would stay
 * what they were, and errors in them would tell of places in a text that is gone.
 */
function forgetTasks(module: string): void {
  const { tasks, versions, classes } = realm();
  for (const known of [tasks, versions])
    for (const [key, task] of known ?? []) if (task.module === module) known?.delete(key);
  for (const [key, known] of classes?.byName ?? []) if (known.module === module) classes?.byName.delete(key);
}
