/** A worker that runs one script: it cuts the source, evaluates it, and tells the page what comes of it. */
import { registerExports } from '../../core/classes.ts';
import { realm } from '../../core/realm.ts';
import { yieldToEvents } from '../../core/yield.ts';
import type { LogLevel } from '../../core/events.ts';
import { createWebHasher } from '../hasher.ts';
import { indexedDbCache } from '../indexeddb-cache.ts';
import { copyOf, DisplayRecorder } from './display-recorder.ts';
import { inspect } from './inspect.ts';
import { WatchedCache } from './watched-cache.ts';
import { LentWorkers } from './lent-workers.ts';
import type { LiveError, LiveNote, LiveValue } from './live-result.ts';
import type { FromScriptWorker, ScriptSetup, ToScriptWorker } from './messages.ts';
import { ModuleLoader } from './module-loader.ts';
import { EXPORTED_CLASS, LAST_VALUE, ScriptCutter, type CutScript } from './script-cutter.ts';
import { ScriptProblem } from './script-check.ts';
import { ScriptSources } from './script-sources.ts';
import { bareError, problemError, ScriptErrors } from './script-errors.ts';

/** The path of the typed source: modules that are given lie beside it. */
const MAIN = '/~script.js';

/** A program that is cut once before the first, so that the engine knows the slicer by then. */
const SAMPLE = `import { run, schedule } from 'somen/web';
const twice = (x) => x * 2;
const f = schedule(function f(a, b) { return twice(a) + b; });
await run(f(f(1, 2), 3));`;

/** The last value of a program, if it has one. */
type LastValue = { readonly value: unknown } | undefined;

/** Sends a message to the page. */
type Post = (message: FromScriptWorker, transfer?: Transferable[]) => void;

/** One worker, from its start to its end. */
export class ScriptProgram {
  readonly #post: Post;
  readonly #setup: ScriptSetup;
  readonly #loader: ModuleLoader;
  readonly #sources: ScriptSources;
  readonly #cutter: ScriptCutter;
  readonly #lent: LentWorkers;
  readonly #recorder: DisplayRecorder;
  readonly #stop = new AbortController();
  readonly #cache: WatchedCache | undefined;
  #last: LastValue;
  #errors: ScriptErrors | undefined;
  #isOver = false;

  /** @param somen - the exports of this package */
  constructor(setup: ScriptSetup, somen: object, post: Post) {
    this.#setup = setup;
    this.#post = post;
    this.#lent = new LentWorkers(setup.size, post);
    // A script has no other workers than those that it is lent.
    const shown = { ...somen, workers: this.#lent.workers };
    this.#loader = new ModuleLoader(shown);
    const { cache } = setup;
    this.#cache = cache && new WatchedCache(indexedDbCache(cache.name, cache));
    this.#recorder = new DisplayRecorder((calls, counts) => post({ type: 'told', calls, counts }));
    this.#sources = new ScriptSources(MAIN, setup.modules, this.#nameOf);
    const exported = Object.keys(shown);
    this.#cutter = new ScriptCutter({ sources: this.#sources, exported, hasher: createWebHasher() });
  }

  readonly #nameOf = (path: string): string =>
    path === MAIN ? this.#setup.name : (this.#setup.names.get(path) ?? path);

  /** Makes ready for a source, so that little is left to do when it comes. */
  async prepare(): Promise<void> {
    const reason = await reasonAgainstBlobs();
    if (reason !== undefined) return this.#post({ type: 'unable', reason });
    try {
      this.#cutter.prepare();
      this.#cutter.cut(SAMPLE);
      // Opens the database. What is wrong with it, the first run that needs it says.
      await this.#cache?.get('ac', '0'.repeat(64));
    } catch {
      // Nor does it matter here that a module is none.
    }
    this.#post({ type: 'ready' });
  }

  /** Takes a message of the page. */
  take(message: ToScriptWorker): void {
    switch (message.type) {
      case 'run':
        void this.#run(message.source);
        break;
      case 'stop':
        this.#stop.abort(new DOMException('The script was stopped', 'AbortError'));
        break;
      case 'lost':
        this.#lent.tellLost(message.lease, message.reason);
        break;
      case 'boot':
        break;
    }
  }

  async #run(source: string): Promise<void> {
    let notes: readonly LiveNote[] = [];
    try {
      const cut = this.#cutter.cut(source);
      const errors = (this.#errors = new ScriptErrors(cut, this.#nameOf, (stack) => this.#loader.named(stack)));
      notes = errors.notes();
      this.#arrange(cut, errors);
      this.#post({ type: 'evaluating' });
      const namespace = await this.#evaluate(cut);
      const values = await this.#values(namespace as Readonly<Record<string, unknown>>);
      await this.#untilQuiet();
      this.#end({ type: 'end', outcome: { status: 'done', values, notes } });
    } catch (error) {
      this.#fail(error, notes);
    }
  }

  /** An engine says of a URL that does not load only that something did not. */
  async #evaluate({ main, urls }: CutScript): Promise<unknown> {
    try {
      return await this.#loader.load(main);
    } catch (error) {
      for (const { url, path, offset } of urls)
        if (error instanceof TypeError && (await reasonAgainst(url)) !== undefined)
          throw new ScriptProblem('import', `Cannot import '${url}': it does not load`, path, offset);
      throw error;
    }
  }

  /** Never throws, though a script may have replaced what is needed for this: somebody waits for the end. */
  #describe(error: unknown): LiveError {
    try {
      if (error instanceof ScriptProblem)
        return problemError(error, this.#sources.load(error.path) ?? '', this.#nameOf);
      return this.#errors?.describe(error) ?? bareError('Cannot read the source', error);
    } catch {
      return bareError('Cannot tell all of what was thrown', error);
    }
  }

  /** What the script finds: modules, workers, a cache, a console. */
  #arrange(cut: CutScript, errors: ScriptErrors): void {
    const { modules, slices, entries } = cut;
    this.#loader.take(modules);
    this.#loader.useSlices(new Map(entries));
    this.#lent.code = { modules: slices, entries };
    this.#recorder.mapError = (error) => errors.mappedWire(error);
    const scope = globalThis as { [key: symbol]: unknown };
    scope[Symbol.for(LAST_VALUE)] = (value: unknown) => this.#noteLast(value);
    scope[Symbol.for(EXPORTED_CLASS)] = registerExports;
    realm().defaults = {
      executor: this.#lent.workers(),
      ...(this.#cache && { cache: this.#cache }),
      display: () => this.#recorder.display(this.#setup.watched),
      signal: this.#stop.signal,
    };
    for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) this.#takeConsole(level);
    globalThis.addEventListener('error', (event) => this.#uncaught(event, event.error ?? event.message));
    globalThis.addEventListener('unhandledrejection', (event) => this.#uncaught(event, event.reason));
  }

  #takeConsole(level: LogLevel): void {
    console[level] = (...values: unknown[]) => this.#recorder.console(level, values);
  }

  #noteLast(value: unknown): unknown {
    this.#last = { value };
    // It is awaited, once the module is there: until then, nobody has to handle it.
    if (value instanceof Promise) value.catch(() => undefined);
    return value;
  }

  async #values(namespace: Readonly<Record<string, unknown>>): Promise<readonly LiveValue[]> {
    const named = Object.entries(namespace).map(([name, value]) => [name, value] as const);
    const all = this.#last === undefined ? named : [...named, [undefined, this.#last.value] as const];
    const values: LiveValue[] = [];
    for (const [name, promise] of all) {
      const value = promise instanceof Promise ? await (promise as Promise<unknown>) : promise;
      // An expression without a value, such as a call of console.log, says nothing.
      if (name !== undefined || value !== undefined) values.push(liveValue(name, value));
    }
    return values;
  }

  /** Runs that nobody awaits count as well, with what follows on their ends. */
  async #untilQuiet(): Promise<void> {
    await this.#recorder.idle();
    await yieldToEvents();
    await this.#recorder.idle();
  }

  #uncaught(event: Event, error: unknown): void {
    // The page hears of it as of any other error.
    event.preventDefault();
    if (this.#errors !== undefined) this.#fail(error, this.#errors.notes());
  }

  #fail(error: unknown, notes: readonly LiveNote[]): void {
    if (!this.#isOver) this.#end({ type: 'end', outcome: { status: 'failed', error: this.#describe(error), notes } });
  }

  #end(message: FromScriptWorker & { readonly type: 'end' }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#recorder.flush();
    } catch {
      // A script may have replaced what this needs, such as the clock. It ends all the same.
    }
    this.#post(message);
    void this.#keep();
  }

  async #keep(): Promise<void> {
    await this.#cache?.settled();
    this.#post({ type: 'kept' });
  }
}

/** Why modules that are texts cannot be loaded here; `undefined` where they can. */
async function reasonAgainstBlobs(): Promise<string | undefined> {
  const url = URL.createObjectURL(new Blob(['export {};'], { type: 'text/javascript' }));
  const reason = await reasonAgainst(url);
  URL.revokeObjectURL(url);
  return (
    reason &&
    `Cannot load modules that are no files: ${reason}. Where the server sends a content security policy with the worker's file, add blob: to its script-src`
  );
}

/** Why a module cannot be loaded; `undefined` where it can. */
async function reasonAgainst(url: string): Promise<string | undefined> {
  try {
    await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function liveValue(name: string | undefined, value: unknown): LiveValue {
  return { name, text: inspect(value), ...copyOf(value) };
}
