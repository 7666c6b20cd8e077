/** Watches over pilots that were submitted and have not connected yet, as far as their launcher can tell. */
import { WorkerLoadError } from '../../core/errors.ts';
import type { LaunchedPilot } from './launched-pilot.ts';
import type { Launcher, PilotState } from './launcher.ts';

/** What there is to watch, and who is told. */
export interface WatchOptions {
  readonly pilots: ReadonlySet<LaunchedPilot>;
  /** How long a pilot that runs may take to connect, in milliseconds. */
  readonly connectTimeout: number;
  /** A pilot will not come up. */
  readonly failed: (pilot: LaunchedPilot, error: Error) => void;
  /** It has looked, and wants to look again at another time. */
  readonly looked: () => void;
}

/** How long the first look waits, in milliseconds, how much longer each further one, and the longest. */
const FIRST = 500;
const FACTOR = 1.5;
const LONGEST = 10_000;
/** How long a launcher may not be able to tell, in milliseconds: batch systems are out of order now and then. */
const PATIENCE = 5 * 60_000;

/** See above. */
export class Watch {
  readonly #launch: Launcher;
  readonly #options: WatchOptions;
  #interval = FIRST;
  #nextLook = Infinity;
  #isLooking = false;
  #failingSince: number | undefined;

  constructor(launch: Launcher, options: WatchOptions) {
    this.#launch = launch;
    this.#options = options;
  }

  /** When it wants to look next; a time of `performance.now`. */
  get nextLook(): number {
    return this.#isLooking ? Infinity : this.#nextLook;
  }

  /** Pilots were submitted: something will happen soon. */
  lookSoon(): void {
    this.#interval = FIRST;
    this.#nextLook = performance.now() + FIRST;
  }

  /** Asks what became of the pilots, if that is due by `now`. */
  look(now: number): void {
    if (this.#isLooking || this.#nextLook > now) return;
    const pilots = this.#watched();
    this.#nextLook = Infinity;
    if (pilots.length === 0) return;
    this.#isLooking = true;
    void this.#ask(pilots).finally(() => {
      this.#isLooking = false;
      this.#interval = Math.min(LONGEST, this.#interval * FACTOR);
      this.#nextLook = performance.now() + this.#interval;
      this.#options.looked();
    });
  }

  /** Those that have a stream are watched by that. */
  #watched(): LaunchedPilot[] {
    return [...this.#options.pilots].filter(({ isPending, id, remote }) => isPending && id !== undefined && !remote);
  }

  async #ask(pilots: readonly LaunchedPilot[]): Promise<void> {
    try {
      const states = await this.#launch.status(pilots.map(({ id }) => id as string));
      this.#failingSince = undefined;
      await Promise.all(pilots.map((pilot) => this.#take(pilot, states.get(pilot.id as string) ?? 'ended')));
    } catch (error) {
      this.#failingSince ??= performance.now();
      if (performance.now() - this.#failingSince < PATIENCE) return;
      for (const pilot of pilots) this.#fail(pilot, error instanceof Error ? error.message : String(error));
    }
  }

  async #take(pilot: LaunchedPilot, state: PilotState): Promise<void> {
    if (!pilot.isPending) return;
    if (state === 'ended') {
      const explanation = await this.#launch.explain?.(pilot.id as string).catch(() => undefined);
      return this.#fail(
        pilot,
        `pilot ${pilot.id} ended before it had connected${explanation === undefined ? '' : `. It ${explanation}`}`,
      );
    }
    pilot.become(state === 'running' ? 'starting' : 'pending');
    const { connectTimeout } = this.#options;
    if (state === 'running' && pilot.age > connectTimeout)
      this.#fail(
        pilot,
        `pilot ${pilot.id} runs, but has not connected within ${connectTimeout / 1000} s. Check that its node reaches the address in the option listen: { host, port }`,
      );
  }

  #fail(pilot: LaunchedPilot, reason: string): void {
    // It may have connected meanwhile.
    if (pilot.isPending && pilot.remote === undefined) this.#options.failed(pilot, new WorkerLoadError(reason));
  }
}
