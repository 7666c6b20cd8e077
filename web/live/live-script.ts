/** Scripts that run as one types them. */
import type { Display } from '../../core/display.ts';
import { SomenError } from '../../core/errors.ts';
import { checkNames, type OptionNames } from '../../core/options.ts';
import { ModuleFetchError, readModules, type LiveModules, type ModuleTexts } from './live-modules.ts';
import type { ConsoleLine, LiveResult } from './live-result.ts';
import type { LiveCache, WatchedMethod } from './messages.ts';
import { ScriptAttempt } from './script-attempt.ts';
import { ScriptWorker } from './script-worker.ts';
import { TaskWorkers } from './task-workers.ts';

/** How a live script runs, and who hears of it. */
export interface LiveScriptOptions {
  /**
   * Shows the runs of scripts: a display, such as a `createRunStore()`, which shows the run that began last; or a function
   * that gives one for each run of a script, by its number from 0. Instead of values, it is told their short texts.
   * @default nobody watches, which costs nothing
   */
  readonly store?: Display | ((run: number) => Display | undefined);
  /** The name of the IndexedDB database that remembers results, across reloads; `false` for none. @default 'somen-live' */
  readonly cache?: string | false;
  /** How many bytes it keeps at most: while one types, much is computed that nobody wants again. @default 200_000_000 */
  readonly maxBytes?: number;
  /** Whether what happens in runs is written down for `jobDatabase`. It grows with each run. @default false */
  readonly history?: boolean;
  /** How many workers run tasks. @default one a core */
  readonly size?: number;
  /**
   * Modules that scripts may import, besides `somen/web`, `somen` and URLs: by the names that they write in imports, their
   * source texts, or the URLs of their files. Those that end in `.json` are data. No two may import each other.
   * @default none
   */
  readonly modules?: LiveModules;
  /** What the typed source is called in messages and stacks. Tasks are known by it in the cache. @default 'script.js' */
  readonly name?: string;
  /** Told what the script and its tasks write to the console. */
  readonly onConsole?: (line: ConsoleLine) => void;
  /** Told what the script sends with `postMessage(value, transfer)`: pictures as they are made, say. */
  readonly onMessage?: (data: unknown) => void;
  /** Workers end when no script has run for so long, in milliseconds; the next one starts others. @default 60_000 */
  readonly idleTimeout?: number;
  /**
   * Starts a worker of your own, whose module imports `somen/live/worker`. @default the one in this package
   */
  readonly create?: (name: string) => Worker;
}

const OPTIONS: OptionNames<LiveScriptOptions> = {
  store: true,
  cache: true,
  maxBytes: true,
  history: true,
  size: true,
  modules: true,
  name: true,
  onConsole: true,
  onMessage: true,
  idleTimeout: true,
  create: true,
};

/** A place where sources run, one after the other: what is behind an editor. */
export interface LiveScript {
  /**
   * Runs a source; one that runs is stopped. It is a module of JavaScript, and may use all of `somen/web`; its tasks run
   * on workers that stay from one run to the next, and what did not change since is in the cache. A script is over
   * when its module has been evaluated, the value of its last expression is there, and its runs have ended.
   * @returns how it ended; a promise that never rejects because of the source
   * @throws (rejects) SomenError of code `ERR_CLOSED` after {@link close}
   */
  run(source: string): Promise<LiveResult>;
  /** Stops what runs: at once where it lets itself be stopped, else within about 0.1 s, by force. Its result is `stopped`. */
  stop(): Promise<void>;
  /** Starts workers ahead, so that the first run need not wait for them: when an editor comes into view. */
  prepare(): void;
  /** Stops what runs, and ends all workers. */
  close(): void;
}

/**
 * Makes a place where sources run as one types them, off the page's thread.
 *
 * @example
 * const store = createRunStore();
 * const script = createLiveScript({ store, onConsole: ({ text }) => output.append(text, '\n') });
 * editor.oninput = async () => {
 *   const result = await script.run(editor.value);
 *   if (result.status === 'failed') mark(result.error.place, result.error.message);
 * };
 * stopButton.onclick = () => script.stop();
 *
 * @throws TypeError where there is no option of a name
 * @throws RangeError where `size` is not a whole number from 1
 */
export function createLiveScript(options: LiveScriptOptions = {}): LiveScript {
  checkNames(options, OPTIONS, 'Cannot make a live script with the option');
  const { size = navigator.hardwareConcurrency } = options;
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`Cannot start ${size} workers: size must be a whole number from 1`);
  return new EditedScript(options, size);
}

/** What is stored by a script that came to its end is there for the next one, unless it takes longer, in milliseconds. */
const KEPT_PATIENCE = 100;

class EditedScript implements LiveScript {
  readonly #options: LiveScriptOptions;
  readonly #size: number;
  readonly #tasks: TaskWorkers;
  #texts: Promise<ModuleTexts> | undefined;
  /** The worker for the next source. */
  #spare: Promise<ScriptWorker> | undefined;
  /** That worker, while it is not ready. */
  #starting: ScriptWorker | undefined;
  #attempt: ScriptAttempt | undefined;
  #timer: unknown;
  #isClosed = false;

  constructor(options: LiveScriptOptions, size: number) {
    this.#options = options;
    this.#size = size;
    this.#tasks = new TaskWorkers(size, options.create);
  }

  async run(source: string): Promise<LiveResult> {
    if (this.#isClosed) throw new SomenError('ERR_CLOSED', 'Cannot run a script: it is closed. Create another one');
    clearTimeout(this.#timer as number | undefined);
    const before = this.#attempt;
    const hasEnded = before?.isOver !== false;
    if (!hasEnded) before.replace();
    const attempt = (this.#attempt = this.#newAttempt());
    void this.#begin(attempt, source, hasEnded ? before?.kept : undefined);
    const result = await attempt.result;
    if (this.#attempt === attempt) this.#rest();
    return result;
  }

  async #begin(attempt: ScriptAttempt, source: string, kept: Promise<void> | undefined): Promise<void> {
    try {
      const [worker] = await Promise.all([this.#prepareSpare(), kept && within(kept, KEPT_PATIENCE)]);
      // The worker is for whoever came after it.
      if (attempt.isOver) return;
      this.#spare = undefined;
      attempt.begin(source, worker);
    } catch (error) {
      attempt.refuse(error instanceof ModuleFetchError ? 'import' : 'worker', (error as Error).message);
    }
  }

  #newAttempt(): ScriptAttempt {
    const { store, onConsole, onMessage } = this.#options;
    let latest = 0;
    return new ScriptAttempt({
      evaluating: () => this.#prepareNext(),
      message: (data) => onMessage?.(data),
      console: (line) => onConsole?.(line),
      displayOf: (run) => {
        if (typeof store === 'function') return store(run);
        latest = run;
        return store && onlyWhile(store, () => latest === run);
      },
    });
  }

  /** What is wrong with it, the next source will say. */
  #prepareNext(): void {
    if (!this.#isClosed) this.#prepareSpare().catch(() => undefined);
  }

  #prepareSpare(): Promise<ScriptWorker> {
    if (this.#spare !== undefined) return this.#spare;
    const spare = (this.#spare = this.#startSpare());
    // The next time may be better.
    spare.catch(() => {
      if (this.#spare === spare) this.#spare = undefined;
    });
    return spare;
  }

  async #startSpare(): Promise<ScriptWorker> {
    const setup = await this.#setup();
    if (this.#isClosed) throw new SomenError('ERR_CLOSED', 'Cannot start a worker: the live script is closed');
    const worker = (this.#starting = new ScriptWorker(setup, this.#tasks, this.#options.create));
    try {
      await worker.ready;
      return worker;
    } catch (error) {
      worker.terminate();
      throw error;
    } finally {
      if (this.#starting === worker) this.#starting = undefined;
    }
  }

  async #setup(): Promise<ConstructorParameters<typeof ScriptWorker>[0]> {
    const { modules = {}, name = 'script.js', store } = this.#options;
    this.#texts ??= readModules(modules);
    try {
      const texts = await this.#texts;
      return { name, ...texts, cache: this.#cache(), size: this.#size, watched: watchedMethods(store) };
    } catch (error) {
      // The next run tries again.
      this.#texts = undefined;
      throw error;
    }
  }

  #cache(): LiveCache | undefined {
    const { cache = 'somen-live', maxBytes = 200_000_000, history = false } = this.#options;
    return cache === false ? undefined : { name: cache, maxBytes, history };
  }

  async stop(): Promise<void> {
    const attempt = this.#attempt;
    attempt?.stop();
    await attempt?.result;
  }

  prepare(): void {
    if (this.#isClosed) return;
    this.#tasks.prepare();
    this.#prepareSpare().then(
      () => this.#rest(),
      () => undefined,
    );
  }

  /** When nothing runs for long, workers end. */
  #rest(): void {
    clearTimeout(this.#timer as number | undefined);
    if (this.#isClosed || this.#attempt?.isOver === false) return;
    const { idleTimeout = 60_000 } = this.#options;
    this.#timer = setTimeout(() => this.#endWorkers(), idleTimeout);
  }

  #endWorkers(): void {
    const spare = this.#spare;
    this.#spare = undefined;
    this.#starting?.terminate();
    void spare?.then(
      (worker) => worker.terminate(),
      () => undefined,
    );
    this.#tasks.close();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer as number | undefined);
    this.#attempt?.replace();
    this.#endWorkers();
  }
}

const METHODS: readonly WatchedMethod[] = ['workflow', 'event', 'call', 'result', 'joined'];

/** What a display is told: all, where nobody knows which it will be. */
function watchedMethods(store: LiveScriptOptions['store']): ReadonlySet<WatchedMethod> {
  if (store === undefined) return new Set();
  return new Set(typeof store === 'function' ? METHODS : METHODS.filter((method) => store[method] !== undefined));
}

/** A display that is told of one run only while no other has begun. */
function onlyWhile(display: Display, isLatest: () => boolean): Display {
  const tell = (show: () => void): void => {
    if (isLatest()) show();
  };
  return {
    start: (summary) => tell(() => display.start?.(summary)),
    workflow: (part) => tell(() => display.workflow?.(part)),
    event: (event) => tell(() => display.event?.(event)),
    call: (call) => tell(() => display.call?.(call)),
    result: (call, outcome) => tell(() => display.result?.(call, outcome)),
    joined: (job) => tell(() => display.joined?.(job)),
    log: (event) => tell(() => display.log(event)),
    warning: (message) => tell(() => display.warning(message)),
    end: (summary, failure) => tell(() => display.end?.(summary, failure)),
  };
}

/** Ends with a promise, or after a time. */
function within(promise: Promise<void>, milliseconds: number): Promise<void> {
  return Promise.race([promise, new Promise<void>((resolve) => setTimeout(resolve, milliseconds))]);
}
