/** The workers of a pool that can take jobs, found at once however many there are. */

/** What is asked of a worker. */
interface Loaded {
  /** How many jobs it has. */
  readonly load: number;
  /** How many more it can take. */
  readonly room: number;
}

/**
 * Workers with room, by how many jobs they have. Whoever changes a worker's load or room places it anew; that takes the
 * same time among a thousand as among two, and so does finding those with the fewest jobs.
 */
export class OpenWorkers<W extends Loaded> {
  /** By load. The one that was placed last is last. */
  readonly #byLoad: W[][] = [];
  readonly #places = new Map<W, { readonly load: number; index: number }>();

  /** How many there are. */
  get size(): number {
    return this.#places.size;
  }

  /** How many of them have no job. */
  get idle(): number {
    return this.#byLoad[0]?.length ?? 0;
  }

  /** Where a worker belongs now; nowhere, without room. */
  place(worker: W): void {
    const { load, room } = worker;
    if (this.#places.get(worker)?.load === load && room > 0) return;
    this.delete(worker);
    if (room <= 0) return;
    const workers = (this.#byLoad[load] ??= []);
    this.#places.set(worker, { load, index: workers.push(worker) - 1 });
  }

  /** Takes a worker out. */
  delete(worker: W): void {
    const place = this.#places.get(worker);
    if (place === undefined) return;
    this.#places.delete(worker);
    const workers = this.#byLoad[place.load];
    const last = workers?.pop();
    if (last === undefined || last === worker || workers === undefined) return;
    // The last one fills the gap.
    workers[place.index] = last;
    this.#places.set(last, place);
  }

  clear(): void {
    this.#byLoad.length = 0;
    this.#places.clear();
  }

  /** Up to so many: those with the fewest jobs first, and of these the ones that were placed last. */
  first(count: number): readonly W[] {
    const chosen: W[] = [];
    for (const workers of this.#byLoad) {
      for (let index = (workers?.length ?? 0) - 1; index >= 0; index--) {
        if (chosen.length >= count) return chosen;
        chosen.push(workers?.[index] as W);
      }
    }
    return chosen;
  }
}
