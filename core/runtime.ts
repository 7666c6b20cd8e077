// For consumers whose `lib` is older than `await using`.
/// <reference lib="esnext.disposable" preserve="true" />
import type { Cache } from './cache.ts';
import type { Display, RunFailure } from './display.ts';
import { chosenDisplay, type DisplayChoice } from './displays.ts';
import { Driver, type DriverOptions, type RunOwner } from './driver.ts';
import { SomenError } from './errors.ts';
import type { History } from './history.ts';
import type { JobEvent, RunSummary } from './events.ts';
import type { Executor } from './executor.ts';
import type { RunState } from './job.ts';
import { inline } from './inline.ts';
import { Keyer } from './key.ts';
import { checkLimits } from './limits.ts';
import { checkNames, hasMethods, type OptionNames } from './options.ts';
import type { Platform } from './platform.ts';
import type { Computed } from './promised.ts';
import { realm, type WorkerRealm } from './realm.ts';
import { ResultStore } from './result-store.ts';
import type { Registry } from './registry.ts';
import { BUILT_IN } from './serializers.ts';
import { EventLog, Run, type RunControl } from './run.ts';
import { describe } from './task.ts';
import { contextOf } from './stored-names.ts';
import { makerFor, type RunReporter } from './report/report-run.ts';
import type { ReportTarget } from './report/run-report.ts';
import { liftNode, makeCall, VALUE, type WorkflowNode } from './workflow.ts';

/** What a runtime is made with. */
export interface RuntimeOptions {
  /** Where jobs run. @default workers, one a core; from `somen` alone, the calling thread */
  readonly executor?: Executor;
  /** What remembers results. Without one, calls are not keyed and equal calls are computed again. @default none */
  readonly cache?: Cache;
  /** At most this many jobs are with the executor at once. @default as many as it takes */
  readonly concurrency?: number;
  /**
   * Shows runs: a display, a function that makes one for each run, several of these, or `false` for silence.
   * @default on a terminal, how far the run is; what tasks log goes to the console
   */
  readonly display?: DisplayChoice;
  /** Sizes of the limits that tasks name. A label without one has size 1: tasks that name it exclude each other. @default none */
  readonly limits?: Readonly<Record<string, number>>;
  /**
   * What a failure stops. `'stop'`: the run, with that error. `'continue'`: what depends on the failed job; when all
   * else is done, the run rejects with one `AggregateError` of all failures. @default 'stop'
   */
  readonly onError?: 'stop' | 'continue';
  /**
   * How values are written: into keys, into the cache, and on their way to workers and back. Workers find it by the module
   * that made it, so it is made at the top level of one. @default `registry`, which knows what structured clone knows
   */
  readonly registry?: Registry;
  /** With a cache: whether all results are remembered, or only those of tasks with `store: true`. @default 'all' */
  readonly store?: 'hinted' | 'all';
  /**
   * With a cache: where results are looked for. `'root-first'`: from the end result downwards; what is below a result that
   * is found is not touched. `'leaf-first'`: each call when its arguments are known. @default 'root-first'
   */
  readonly lookup?: 'root-first' | 'leaf-first';
  /** Where what happens is written down; `false` for nowhere. @default the cache's own history, where it has one */
  readonly history?: History | false;
  /**
   * Where the report of each run goes, when it is over, however it ended: a function (in pages, one that `reportTo` of
   * `somen/report` gives), or in Node the path of a file, whose name ends in `.html` for a page that shows it, in `.json`,
   * or in `.trace.json` for Perfetto. A file holds all runs of the process that name it; its folder must be there. The run
   * settles when the report is written; what goes wrong with that is a warning. @default none
   */
  readonly report?: ReportTarget;
}

/** What a single run can be told. */
export interface RunOptions {
  /** Aborts the run: it rejects with the signal's reason, and tasks under way are stopped. */
  readonly signal?: AbortSignal;
  /** As for the runtime. */
  readonly display?: DisplayChoice;
  /** As for the runtime. */
  readonly store?: 'hinted' | 'all';
  /** As for the runtime. */
  readonly lookup?: 'root-first' | 'leaf-first';
  /** As for the runtime. */
  readonly onError?: 'stop' | 'continue';
  /** As for the runtime. */
  readonly report?: ReportTarget;
  /** Keeps every result at its promise, for `result(promise)`: for debugging, since nothing is freed early. @default false */
  readonly keepResults?: boolean;
}

/** Options that are known only when the first run begins, as from a file. Those that were given win. */
export type LaterOptions = () => Promise<RuntimeOptions>;

/** What a runtime can be told. */
export const RUNTIME_OPTIONS: OptionNames<RuntimeOptions> = {
  executor: true,
  cache: true,
  concurrency: true,
  display: true,
  limits: true,
  onError: true,
  registry: true,
  store: true,
  lookup: true,
  history: true,
  report: true,
};

const OPTIONS: OptionNames<RuntimeOptions & RunOptions> = { ...RUNTIME_OPTIONS, signal: true, keepResults: true };

/** @throws TypeError where an option is not what it should be, or there is none of that name */
function checkOptions(options: RuntimeOptions & RunOptions): void {
  if ('on' in Object(options))
    throw new TypeError("Cannot use the option 'on' here: profiles are chosen by run and createRuntime of somen/node");
  checkNames(options, OPTIONS, 'Cannot use the option');
  const { cache, executor } = options;
  if (!hasMethods(cache, 'get', 'put'))
    throw new TypeError(
      `Cannot use ${describe(cache)} as a cache: it must have get and put. Write cache: fileCache('.somen') in Node, indexedDbCache() in a browser, or memoryCache()`,
    );
  if (!hasMethods(executor, 'open'))
    throw new TypeError(
      `Cannot use ${describe(executor)} as an executor: it must have open. Write executor: workers({ size: 4 }), or inline()`,
    );
}

/** @throws TypeError or RangeError where an option of a runtime is not what it should be */
export function checkRuntimeOptions(options: RuntimeOptions): void {
  checkOptions(options);
  const { concurrency, limits } = options;
  checkLimits(limits);
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency > 0)) {
    throw new RangeError(`Cannot run ${concurrency} jobs at once: concurrency must be a whole number from 1`);
  }
}

/** Keeps workers and a cache over many runs. Equal calls of its runs are computed once, also while under way. */
export interface Runtime {
  /**
   * Computes a promised value, or an array or plain object that holds some.
   *
   * @example
   * await using runtime = createRuntime({ cache: memoryCache() });
   * const [a, b] = await runtime.run([add(1, 2), add(3, 4)]);
   */
  run<T>(value: T, options?: RunOptions): Run<Computed<T>>;
  /**
   * The digest of a value, as `digest` gives it. The workers help with a large one: 256 MiB take about half the time.
   * Contents in a `SharedArrayBuffer` are not copied for that.
   */
  digest(value: unknown): Promise<string>;
  /** Aborts what runs, and leaves the executor and the cache. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes a runtime of what a platform offers and a user wants. */
export function createRuntimeOn(platform: Platform, options: RuntimeOptions, later?: LaterOptions): Runtime {
  return new PlatformRuntime(platform, options, later);
}

/** One run in a runtime of its own, which ends with it: jobs that are still under way after a failure may end, and are remembered. */
export function runOn<T>(
  platform: Platform,
  value: T,
  options: RuntimeOptions & RunOptions,
  later?: LaterOptions,
): Run<Computed<T>> {
  const runtime = new PlatformRuntime(platform, options, later);
  // Not by `then`: with a handler of ours, an error that the caller does not handle would go unnoticed.
  return runtime.run(value, options, () => queueMicrotask(() => runtime.leave()));
}

class PlatformRuntime implements Runtime {
  readonly #platform: Platform;
  /** Those that were given; once all are known, with what holds where nothing was. */
  #options: RuntimeOptions;
  /** What is not known yet. */
  #later: LaterOptions | undefined;
  /** Until all are known. */
  #ready: Promise<void> | undefined;
  #driver: Driver | undefined;
  #store: ResultStore | undefined;
  #closed = false;

  constructor(platform: Platform, options: RuntimeOptions, later: LaterOptions | undefined) {
    checkRuntimeOptions(options);
    this.#platform = platform;
    this.#options = later === undefined ? withDefaults(options) : options;
    this.#later = later;
  }

  run<T>(value: T, options: RunOptions = {}, ended?: () => void): Run<Computed<T>> {
    checkOptions(options);
    if (this.#closed) throw closed('Cannot run a workflow');
    const { worker } = realm();
    if (worker?.inTask() === false) return park(worker);
    const { take } = realm().defaults ?? {};
    if (take !== undefined) {
      take(value);
      return unsettled();
    }
    checkLookup(options.lookup ?? this.#options.lookup);
    const root = liftNode(value) ?? makeCall(VALUE, [value]);
    return Run.start<Computed<T>>((resolve, reject) => {
      const attempt = new Attempt([options.signal, realm().defaults?.signal], (outcome) => {
        if ('error' in outcome) reject(outcome.error);
        else resolve(outcome.value as Computed<T>);
        ended?.();
      });
      const begin = (reporter?: RunReporter): void =>
        attempt.start(
          () => this.#open(),
          root,
          () => this.#settings(options, reporter),
        );
      const start = (): void => {
        const reporter = this.#reporter(options);
        if (reporter === undefined) begin();
        else reporter.then(begin, (error: unknown) => attempt.fail(error));
      };
      // Not at once, so that the caller can ask for events first.
      if (this.#later === undefined) queueMicrotask(start);
      else this.#whenReady().then(start, (error: unknown) => attempt.fail(error));
      return attempt;
    });
  }

  /** What makes reports is loaded with the first run that has one. */
  #reporter(options: RunOptions): Promise<RunReporter> | undefined {
    const { report = this.#options.report } = options;
    if (report === undefined && realm().defaults?.reports === undefined) return undefined;
    return makerFor(report, this.#platform).then((reportRun) =>
      reportRun(this.#platform, report, this.#options, () => this.#store?.traffic),
    );
  }

  #settings(options: RunOptions, reporter?: RunReporter): RunSettings {
    const { display, store = 'all', lookup = 'root-first', onError } = { ...this.#options, ...definedOf(options) };
    checkLookup(lookup);
    const shown = chosenDisplay(display ?? realm().defaults?.display, () => this.#platform.display());
    return {
      display: reporter?.watch(shown) ?? shown,
      reporter,
      storeAll: store === 'all',
      rootFirst: lookup === 'root-first',
      continues: onError === 'continue',
      keepResults: options.keepResults ?? false,
    };
  }

  async digest(value: unknown): Promise<string> {
    const what = 'Cannot hash a value';
    if (this.#closed) throw closed(what);
    if (this.#later !== undefined) await this.#whenReady();
    return this.#open(what).digest(value);
  }

  #whenReady(): Promise<void> {
    this.#ready ??= this.#learn().catch((error: unknown) => {
      // What was wrong may be mended before the next run.
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async #learn(): Promise<void> {
    const options = (await this.#later?.()) ?? {};
    checkRuntimeOptions(options);
    this.#options = withDefaults(this.#options, options);
    this.#later = undefined;
  }

  #open(what: string = 'Cannot run a workflow'): Driver {
    // It may have been closed while options were waited for.
    if (this.#driver === undefined && this.#closed) throw closed(what);
    this.#driver ??= new Driver(this.#driverOptions());
    return this.#driver;
  }

  #driverOptions(): DriverOptions {
    const { cache, concurrency, limits } = this.#options;
    // A task's own runs are computed where it is: workers of workers would be too many.
    const executor = realm().worker === undefined ? (this.#options.executor ?? this.#platform.executor()) : inline();
    const { serializers = BUILT_IN } = this.#options.registry ?? {};
    const keyer = new Keyer(this.#platform.hasher(), this.#platform, serializers);
    const files = this.#platform.files?.();
    if (files !== undefined) realm().files ??= files;
    const store = cache === undefined ? undefined : new ResultStore(cache, keyer, contextOf(keyer), files);
    this.#store = store;
    return { executor, keyer, store, files, history: this.#history(), concurrency, limits };
  }

  #history(): DriverOptions['history'] {
    const { cache, history = cache?.history ?? realm().defaults?.history ?? false } = this.#options;
    if (history === false) return undefined;
    const head = { type: 'session', time: Date.now(), ...this.#platform.describe() } as const;
    return { to: history, head: cache === undefined ? head : { ...head, cache: cache.name } };
  }

  leave(): void {
    this.#closed = true;
    this.#driver?.closeWhenIdle();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#driver?.close(new SomenError('ERR_CLOSED', 'The runtime was closed while this run was under way'));
    await this.#options.cache?.close?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function closed(what: string): SomenError {
  return new SomenError('ERR_CLOSED', `${what}: the runtime is closed. Create another one`);
}

/** @throws RangeError where there is no such way to look results up */
function checkLookup(lookup: RuntimeOptions['lookup'] = 'root-first'): void {
  if (lookup !== 'root-first' && lookup !== 'leaf-first')
    throw new RangeError(
      `Cannot look results up: current value of lookup is '${String(lookup)}'. Write 'root-first' or 'leaf-first'`,
    );
}

/** In a worker, a script's own run is not its business: the import that met it ends here. */
function park<T>(worker: WorkerRealm): Run<T> {
  worker.park();
  return unsettled();
}

/** What a user says, here or later, and what the command line says where they do not: its profile only without one of theirs. */
function withDefaults(options: RuntimeOptions, later?: RuntimeOptions): RuntimeOptions {
  const { executor, cache, options: others } = realm().defaults ?? {};
  const ofCommand = { ...(executor && { executor }), ...(cache && { cache }) };
  const before = later === undefined ? { ...others, ...ofCommand } : { ...ofCommand, ...definedOf(later) };
  return { ...before, ...definedOf(options) };
}

/** Without those that are `undefined`: they do not count as given. */
function definedOf<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

/** A run that computes nothing. */
function unsettled<T>(): Run<T> {
  return Run.start<T>(() => ({ summary: newSummary(), events: () => new EventLog().read(), abort: () => undefined }));
}

/** How a run is done. */
interface RunSettings extends Pick<RunOwner, 'display' | 'storeAll' | 'rootFirst' | 'continues' | 'keepResults'> {
  readonly reporter: RunReporter | undefined;
}

/** One run from its call to its end. */
class Attempt implements RunControl {
  readonly summary: RunSummary & RunState['summary'] = newSummary();
  readonly #log = new EventLog();
  readonly #signals: readonly AbortSignal[];
  readonly #settle: (outcome: { value: unknown } | { error: unknown }) => void;
  #watched = false;
  #driver: Driver | undefined;
  #state: RunState | undefined;
  #display: Display | undefined;
  #reporter: RunReporter | undefined;
  #aborted: { reason: unknown } | undefined;
  #isOver = false;

  constructor(
    signals: readonly (AbortSignal | undefined)[],
    settle: (outcome: { value: unknown } | { error: unknown }) => void,
  ) {
    this.#signals = signals.filter((signal) => signal !== undefined);
    this.#settle = settle;
    const aborted = this.#signals.find((signal) => signal.aborted);
    if (aborted !== undefined) this.#aborted = { reason: aborted.reason };
    else for (const signal of this.#signals) signal.addEventListener('abort', this.#onSignal, { once: true });
  }

  readonly #onSignal = (): void => this.abort(this.#signals.find((signal) => signal.aborted)?.reason);

  readonly events = (): AsyncIterable<JobEvent> => {
    this.#watched = true;
    return this.#log.read();
  };

  readonly abort = (reason: unknown): void => {
    this.#aborted ??= { reason };
    if (this.#state !== undefined) this.#driver?.abort(this.#state, reason);
    // What it waits for before it can start may take long.
    else this.#end({ error: this.#aborted.reason });
  };

  /** It does not even start. */
  fail(error: unknown): void {
    this.#end({ error });
  }

  start(open: () => Driver, root: WorkflowNode, chooseSettings: () => RunSettings): void {
    if (this.#aborted !== undefined) return this.#end({ error: this.#aborted.reason });
    try {
      const settings = chooseSettings();
      this.#display = settings.display;
      this.#reporter = settings.reporter;
      settings.display.start?.(this.summary);
      this.#driver = open();
      this.#state = this.#driver.createRun(this.summary, {
        ...settings,
        onEvent: this.#watched ? (event) => this.#log.push(event) : undefined,
        resolve: (value) => this.#end({ value }),
        reject: (error) => this.#end({ error }),
      });
      this.#driver.submit(this.#state, root);
    } catch (error) {
      this.#end({ error });
    }
  }

  #end(outcome: { value: unknown } | { error: unknown }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#onSignal);
    this.#display?.end?.(this.summary, 'error' in outcome ? this.#failure(outcome.error) : undefined);
    this.#log.end();
    if (this.#reporter === undefined) this.#settle(outcome);
    // A script may end the process with its last result: the report is there before.
    else void this.#reporter.finish().then(() => this.#settle(outcome));
  }

  #failure(error: unknown): RunFailure {
    return { error, aborted: this.#aborted !== undefined && this.#aborted.reason === error };
  }
}

function newSummary(): RunState['summary'] {
  return { scheduled: 0, ran: 0, attached: 0, retrieved: 0, failed: 0 };
}
