import type { Cache } from './cache.ts';
import type { History } from './history.ts';
import type { KnownClass } from './classes.ts';
import type { DisplayChoice } from './displays.ts';
import type { Executor } from './executor.ts';
import type { FilePort } from './files.ts';
import type { ReportTarget, RunReport } from './report/run-report.ts';
import type { RuntimeOptions } from './runtime.ts';
import type { SerializerLayer } from './serializers.ts';
import type { Task } from './task.ts';

/**
 * What all copies of this package in one thread share. Two copies can meet (a bundler's optimised one and a plain
 * one), so tasks and the worker's state stand under a registered symbol of the global object, in a shape that
 * only ever grows.
 */
export interface Realm {
  /** Every scheduled function of this thread by its reference (see `taskReference`). */
  readonly tasks: Map<string, Task>;
  /** All of them that a tool knows the code of, by their references and closure hashes (see `findVersion`). */
  versions?: Map<string, Task>;
  /** Classes whose instances travel, by their references (see `classReference`) and by themselves. */
  classes?: { readonly byName: Map<string, KnownClass>; readonly byClass: WeakMap<object, KnownClass> };
  /** What registries add, by reference (see `layerKey`). */
  layers?: Map<string, readonly SerializerLayer[]>;
  /** Whether values were read that are not rebuilt yet (see `Reference`). */
  hasReferences?: boolean;
  /** What the scheduler calls a module of this thread, where the two have their projects in other folders. */
  scheduledAs?: (url: string) => string;
  /** How files are read here. */
  files?: FilePort;
  /** Whether workflows or values may hold files. */
  usesFiles?: boolean;
  /** Whether there are tasks with the hint `display`. */
  usesDisplay?: boolean;
  /** Results of nodes that runs were asked to keep. */
  results?: WeakMap<object, unknown>;
  /** Profiles that were chosen, by name and file: what they say, with the executors and caches that their runs share. */
  profiles?: Map<string, Promise<RuntimeOptions>>;
  /** What writes reports of runs into files, by their paths. */
  reports?: Map<string, { readonly add: (report: RunReport) => Promise<void> }>;
  /** Set by the command line before it imports a script. */
  defaults?: RunDefaults;
  /** Set by the worker program while this thread is a worker. */
  worker?: WorkerRealm;
}

/** What holds for all runs of this thread, where they do not say something else themselves. */
export interface RunDefaults {
  readonly executor?: Executor;
  readonly cache?: Cache;
  /** Of the profile that the command line chose: for runs that choose none. Then the environment chooses none either. */
  readonly options?: RuntimeOptions;
  /** Where runs are written down whose cache has no history of its own. */
  readonly history?: History;
  readonly display?: DisplayChoice;
  /** Where reports of all runs go, beside those that runs name themselves. */
  readonly reports?: readonly ReportTarget[];
  /** Aborts all runs, beside the signals of their own. */
  readonly signal?: AbortSignal;
  /** Takes what each `run` was given. Then nothing is computed, and no run ever settles: for drawings of workflows. */
  readonly take?: (value: unknown) => void;
}

/** How a `run` at the top level of a script behaves when a worker imports that script. */
export interface WorkerRealm {
  /** Whether a `run` that is called now belongs to a task, and not to a script that is being imported. */
  inTask(): boolean;
  /** Called by `run` outside a task: the import that waits for it is over, as far as tasks are concerned. */
  park(): void;
}

const REALM: unique symbol = Symbol.for('somen.realm/1') as never;

/** The realm of this thread, created on first use. */
export function realm(): Realm {
  const scope = globalThis as { [REALM]?: Realm };
  return (scope[REALM] ??= { tasks: new Map() });
}
