/** What a pilot's main thread and its worker threads say to each other. */
import type { WorkerStore } from '../../core/worker-protocol.ts';
import type { ToldTask } from '../../core/worker-tasks.ts';

/** What a worker thread is started with. */
export interface ThreadSettings {
  /** The URL of the scheduler's folder, where that is not the one here; see `module-roots.ts`. */
  readonly root: string | undefined;
  readonly init: ToldTask | undefined;
  readonly finish: ToldTask | undefined;
  /** The run's cache, where it can be reached from here. */
  readonly store: WorkerStore | undefined;
  /** Whether it takes code that the scheduler sends. */
  readonly acceptsCode: boolean;
}

/** To a worker thread. */
export type ToThread =
  /** A message of the scheduler's, as its frame's body; `length` is what it counts for credit, in bytes. */
  | { readonly type: 'message'; readonly body: Uint8Array<ArrayBuffer>; readonly length: number }
  /** The scheduler has taken in so many bytes. */
  | { readonly type: 'grant'; readonly bytes: number }
  /** Finish: nothing more will be asked. */
  | { readonly type: 'finish' };

/** From a worker thread. */
export type FromThread =
  | { readonly type: 'message'; readonly head: Uint8Array<ArrayBuffer>; readonly buffers: readonly Uint8Array[] }
  /** It has taken in a message of so many bytes. */
  | { readonly type: 'taken'; readonly bytes: number }
  /** It has finished, or could not. */
  | { readonly type: 'finished'; readonly failure: string | undefined };
