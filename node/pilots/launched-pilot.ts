/** One pilot of a supply, from its submission to its end. */
import type { RemotePilot } from '../pilot/remote-pilot.ts';

/**
 * Where it is: handed to the launcher; in a queue, or nothing else known; started, but not connected; connected and
 * taking jobs; taking no more of them; gone.
 */
export type LaunchedState = 'asked' | 'pending' | 'starting' | 'ready' | 'leaving' | 'ended';

/** See above. */
export class LaunchedPilot {
  /** What the launcher knows it by, once it has answered. */
  id: string | undefined;
  token: string | undefined;
  /** Those that it was asked for with. */
  submission: readonly LaunchedPilot[] = [];
  remote: RemotePilot | undefined;
  /** Since when it has nothing to do, while that is so; a time of `performance.now`. */
  idleSince: number | undefined;
  /** Whether it has done something. */
  hasWorked = false;
  #state: LaunchedState = 'asked';
  #since = performance.now();

  get state(): LaunchedState {
    return this.#state;
  }

  /** For how long it has been in its state, in milliseconds. */
  get age(): number {
    return performance.now() - this.#since;
  }

  become(state: LaunchedState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#since = performance.now();
  }

  /** Whether it was asked for, and is not there yet. */
  get isPending(): boolean {
    return this.#state === 'asked' || this.#state === 'pending' || this.#state === 'starting';
  }

  /** How many workers it can take. */
  get free(): number {
    const { remote } = this;
    return this.#state !== 'ready' || remote === undefined || remote.isDraining ? 0 : remote.slots - remote.busy;
  }
}
