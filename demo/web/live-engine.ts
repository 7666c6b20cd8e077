/** The engine behind the cells, loaded when the first of them is run. */
import { clearCache, indexedDbCache, type RunStore } from 'somen/web';
import { createLiveScript, type LiveScript } from 'somen/live';

/** What an engine needs to know of a cell. */
export interface EngineOptions {
  /** The name of the file whose program it is. */
  readonly name: string;
  readonly store: RunStore;
  /** What programs may import besides the package: texts by name. */
  readonly modules: Readonly<Record<string, string>>;
  /** Where results are remembered; `undefined`: nowhere. */
  readonly cache: string | undefined;
  /** How many workers there are for tasks; `undefined`: one a core. */
  readonly size: number | undefined;
  /** A line that the program or a task wrote with `console`. */
  readonly onConsole: (text: string) => void;
  /** What the program sent with `postMessage`. */
  readonly onMessage: (data: unknown) => void;
}

/** Makes what runs the programs of a cell. Its workers start with the first of them. */
export function createEngine({ name, store, modules, cache, size, onConsole, onMessage }: EngineOptions): LiveScript {
  return createLiveScript({
    name,
    store,
    modules,
    cache: cache ?? false,
    ...(size === undefined ? {} : { size }),
    // What tasks write stands in the log of the run.
    onConsole: ({ text, job }) => (job === undefined ? onConsole(text) : undefined),
    onMessage,
  });
}

/** Forgets all results that programs have left in a cache. */
export async function forgetResults(cache: string): Promise<void> {
  await clearCache(indexedDbCache(cache));
}
