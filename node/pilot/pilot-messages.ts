/** What a scheduler and a pilot say to each other beside what their workers say. `node/README.md` specifies it. */
import type { LogLevel } from '../../core/events.ts';
import type { WireError } from '../../core/wire-error.ts';
import type { ToldTask } from '../../core/worker-tasks.ts';
import type { WorkerStore } from '../../core/worker-protocol.ts';

/** The version of the protocol. */
export const PROTOCOL = 1;

/** What a pilot says of itself first. */
export interface PilotHello {
  readonly type: 'hello';
  readonly protocol: number;
  /** The versions of this package and of Node. */
  readonly somen: string;
  readonly node: string;
  /** How many worker threads it runs. */
  readonly slots: number;
  readonly host: string;
  readonly pid: number;
  /** Its working directory. */
  readonly cwd: string;
  /** By which the scheduler knows that it is one of its own. */
  readonly token?: string | undefined;
  /** Whether it runs code that the scheduler sends. */
  readonly acceptsCode: boolean;
}

/** What a scheduler tells a pilot that it takes. */
export interface PilotWelcome {
  readonly type: 'welcome';
  /** The folder of the scheduler's project, for which the pilot's working directory stands. @default modules are the same on both sides */
  readonly root?: string | undefined;
  /** The arguments of the scheduler's script, which modules may look at. */
  readonly argv: readonly string[];
  readonly heartbeat: { readonly interval: number; readonly timeout: number };
  /** Called in each worker before its first job, */
  readonly init?: ToldTask | undefined;
  /** and before it ends. */
  readonly finish?: ToldTask | undefined;
  /** The cache of the runs, and the digest of a content in it, by which the pilot sees whether it reaches the same one. */
  readonly store?: (WorkerStore & { readonly probe: string }) | undefined;
}

/** From the scheduler. */
export type ToPilot =
  | PilotWelcome
  /** The pilot is not taken. */
  | { readonly type: 'refuse'; readonly reason: string }
  /** Start a worker, and give it this channel. */
  | { readonly type: 'open'; readonly channel: number; readonly name: string }
  /** End it: at once, or once it has finished. */
  | { readonly type: 'end'; readonly channel: number; readonly finishes: boolean }
  /** End, once the workers have finished. */
  | { readonly type: 'close' };

/** From the pilot. */
export type FromPilot =
  | PilotHello
  /** It has understood the welcome. */
  | { readonly type: 'ready'; readonly reachesStore: boolean }
  /** A worker is gone. */
  | {
      readonly type: 'ended';
      readonly channel: number;
      readonly reason: string;
      readonly cause?: WireError | undefined;
    }
  /** Something came out of the pilot, or of a worker, that was not written by way of the console. */
  | { readonly type: 'output'; readonly channel?: number | undefined; readonly level: LogLevel; readonly text: string }
  /** A worker that was to end could not finish. */
  | { readonly type: 'unfinished'; readonly channel: number; readonly reason: string }
  /** It wants no more jobs. */
  | { readonly type: 'draining' };
