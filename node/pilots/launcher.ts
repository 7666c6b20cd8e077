/** The port of what starts pilots: on this machine, on another, by a batch system. */
import type { PilotStream } from '../pilot/stream-connection.ts';

/** What becomes of a pilot that was submitted. */
export type PilotState = 'pending' | 'running' | 'ended';

/** What a pilot has to be told when it is started. */
export interface PilotCommand {
  /** What comes after `somen pilot`. */
  readonly args: readonly string[];
  /**
   * One for each pilot, to be found by it in its environment as `SOMEN_PILOT_TOKEN`. Whoever sees one can take the
   * pilot's place, so they belong in no command line. There are none where pilots have streams of their own.
   */
  readonly tokens: readonly string[];
}

/** A pilot that was submitted. */
export interface SubmittedPilot {
  /** What `status` and `cancel` know it by. */
  readonly id: string;
  /** The connection to it, where the launcher `connects` by a `'stream'`. */
  readonly stream?: PilotStream;
}

/**
 * Starts pilots, which are processes `somen pilot`. Write one of your own where `command`, `ssh`, `slurm`, `pbs`,
 * `torque` and `gridEngine` do not serve.
 */
export interface Launcher {
  /** For messages: `'ssh to lab3'`. */
  readonly name: string;
  /** How pilots reach the scheduler: by a stream of their own, or by connecting back over TCP. */
  readonly connects: 'stream' | 'back';
  /** How many jobs a pilot can run at the same time, where that is asked for with it. @default the pilot tells */
  readonly slots?: number | undefined;
  /** How long a pilot may run, in milliseconds, where that is asked for with it. @default without end */
  readonly wallTime?: number | undefined;
  /** Starts `count` pilots, or puts them in a queue. Rejects where that cannot be, with what the tool said. */
  submit(count: number, pilot: PilotCommand): Promise<readonly SubmittedPilot[]>;
  /** What became of pilots. One that is missing in the answer has ended. Rejects where it cannot be told. */
  status(ids: readonly string[]): Promise<ReadonlyMap<string, PilotState>>;
  /** Ends pilots, or takes them out of the queue. Those that have ended already are none of its business. */
  cancel(ids: readonly string[]): Promise<void>;
  /** Why a pilot ended, as far as that is known: `'exited with code 127: npx: not found'`. */
  explain?(id: string): Promise<string | undefined>;
  /** The pilots have ended as they should: nobody will ask for them again. */
  forget?(ids: readonly string[]): void;
}
