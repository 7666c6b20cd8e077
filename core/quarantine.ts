/** Jobs that may take all down that shares their worker's home. */
import type { PoolQueue } from './pool-queue.ts';

/** What is asked of a worker. */
interface Housed {
  readonly home: string;
  /** How many jobs it has. */
  readonly load: number;
  /** How many more it can take. */
  readonly room: number;
}

/**
 * Keeps one home of workers quiet at a time, while there are such jobs: it gets no others, and one of these once it has
 * nothing to do. What goes down with it then went down alone.
 */
export class Quarantine<W extends Housed> {
  readonly #waiting: PoolQueue;
  #home: string | undefined;
  #worker: W | undefined;

  /** `waiting`: the jobs. */
  constructor(waiting: PoolQueue) {
    this.#waiting = waiting;
  }

  /** Whether a worker may be given jobs of all kinds. */
  isOpen(worker: W): boolean {
    return worker.home !== this.#home;
  }

  /** Whether a home is kept quiet. */
  get isKept(): boolean {
    return this.#home !== undefined;
  }

  /** Whether it is this worker that has the only job of its home. */
  isAlone(worker: W): boolean {
    return worker === this.#worker;
  }

  /** A worker that gets one of the jobs now, and nothing else; `undefined` where there are none, or none is free yet. */
  next(workers: ReadonlySet<W>): W | undefined {
    if (this.#worker !== undefined && this.#worker.load > 0 && workers.has(this.#worker)) return undefined;
    this.#worker = undefined;
    const homes = this.#waiting.length === 0 ? new Map<string, W[]>() : byHome(workers);
    if (this.#home === undefined || !homes.has(this.#home)) this.#home = leastBusy(homes);
    if (this.#home === undefined) return undefined;
    const there = homes.get(this.#home) ?? [];
    if (there.some(({ load }) => load > 0)) return undefined;
    this.#worker = there.find(({ room }) => room > 0);
    return this.#worker;
  }
}

function byHome<W extends Housed>(workers: Iterable<W>): Map<string, W[]> {
  const homes = new Map<string, W[]>();
  for (const worker of workers) {
    const there = homes.get(worker.home);
    if (there === undefined) homes.set(worker.home, [worker]);
    else there.push(worker);
  }
  return homes;
}

function leastBusy<W extends Housed>(homes: ReadonlyMap<string, readonly W[]>): string | undefined {
  let least = Infinity;
  let chosen: string | undefined;
  for (const [home, workers] of homes) {
    const load = workers.reduce((sum, worker) => sum + worker.load, 0);
    if (load >= least) continue;
    least = load;
    chosen = home;
  }
  return chosen;
}
