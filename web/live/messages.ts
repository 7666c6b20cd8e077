/** What a page and the workers of a live script say to each other, by `postMessage`. */
import type { DisplayCall, RunCounts } from './display-calls.ts';
import type { LiveError, LiveNote, LiveValue } from './live-result.ts';

/** What a module is made of: texts, and ids of modules that it imports. */
export type LivePart = string | Blob | { readonly module: string };

/** A module as workers load it. */
export interface LiveModule {
  /** Another one whenever the text is, or that of a module that it imports. */
  readonly id: string;
  readonly path: string;
  /** What its author calls it. */
  readonly name: string;
  readonly type: 'text/javascript' | 'application/json';
  /** Missing where the worker has had it before. */
  readonly parts?: readonly LivePart[];
}

/** What stands for the id of this package, which each worker has for itself. */
export const SOMEN_MODULE = 'somen';

/** A cache in IndexedDB. */
export interface LiveCache {
  readonly name: string;
  readonly maxBytes: number;
  readonly history: boolean;
}

/** The methods that a display may lack. */
export type WatchedMethod = 'workflow' | 'event' | 'call' | 'result' | 'joined';

/** How scripts are run: said once to each worker that runs one. */
export interface ScriptSetup {
  /** What the typed source is called. */
  readonly name: string;
  /** The texts of modules that scripts may import, by their paths. */
  readonly modules: ReadonlyMap<string, string>;
  /** What a module is called by its author, by its path. */
  readonly names: ReadonlyMap<string, string>;
  /** Where results are kept. */
  readonly cache: LiveCache | undefined;
  /** How many workers there are for tasks. */
  readonly size: number;
  /** What of runs somebody wants to know. */
  readonly watched: ReadonlySet<WatchedMethod>;
}

/** The first message to any worker: what it is for. It holds nothing that can be sent once only. */
export type BootMessage =
  | { readonly type: 'boot'; readonly role: 'tasks' }
  | { readonly type: 'boot'; readonly role: 'script'; readonly setup: ScriptSetup };

/** To a worker that runs tasks. */
export type ToTaskWorker =
  | BootMessage
  /** Serve the scheduler at the other end of a port, with these modules: `entries` have tasks. */
  | {
      readonly type: 'connect';
      readonly modules: readonly LiveModule[];
      readonly entries: Entries;
      readonly port: MessagePort;
    }
  /** Forget that scheduler and its jobs. */
  | { readonly type: 'reset' };

/** From a worker that runs tasks. */
export type FromTaskWorker =
  | { readonly type: 'ready' }
  /** After `reset`: nothing runs any more. */
  | { readonly type: 'idle' };

/** To a worker that runs a script: one in its life. */
export type ToScriptWorker =
  | BootMessage
  | { readonly type: 'run'; readonly source: string }
  | { readonly type: 'stop' }
  /** A worker that it was lent is gone. */
  | { readonly type: 'lost'; readonly lease: number; readonly reason: string };

/** The modules with tasks: the path of each, and the id of its slice. */
export type Entries = readonly (readonly [path: string, id: string])[];

/** A request for a worker for tasks. The port leads to the script's scheduler. */
export interface LendRequest {
  readonly lease: number;
  readonly modules: readonly LiveModule[];
  readonly entries: Entries;
  readonly port: MessagePort;
}

/** How a script ended. */
export type ScriptOutcome =
  | { readonly status: 'done'; readonly values: readonly LiveValue[]; readonly notes: readonly LiveNote[] }
  | { readonly status: 'failed'; readonly error: LiveError; readonly notes: readonly LiveNote[] };

/** From a worker that runs a script. */
export type FromScriptWorker =
  | { readonly type: 'ready' }
  /** In place of `ready`: no script can be loaded here. */
  | { readonly type: 'unable'; readonly reason: string }
  /** The source was cut, and is being evaluated. */
  | { readonly type: 'evaluating' }
  | ({ readonly type: 'lend' } & LendRequest)
  | { readonly type: 'return'; readonly lease: number }
  /** What happened, in order, and how far the runs are, by their numbers. */
  | { readonly type: 'told'; readonly calls: readonly DisplayCall[]; readonly counts: readonly RunCounts[] }
  /** The script's own `postMessage`. */
  | { readonly type: 'message'; readonly data: unknown }
  | { readonly type: 'end'; readonly outcome: ScriptOutcome }
  /** After `end`: all results are in the cache. */
  | { readonly type: 'kept' };
