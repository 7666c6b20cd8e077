/** Gathers items, and hands over all that arrived while the last ones were worked on. */
export class Batches<Item> {
  /** Resolves when nothing is left to do. */
  idle: Promise<void> = Promise.resolve();
  readonly #work: (items: readonly Item[]) => Promise<void>;
  readonly #maxWeight: number;
  readonly #weight: (item: Item) => number;
  readonly #waiting: Item[] = [];
  #busy = false;

  /**
   * @param work Never rejects.
   * @param maxWeight What the items handed over together weigh at most, unless a single one is heavier.
   */
  constructor(
    work: (items: readonly Item[]) => Promise<void>,
    maxWeight: number = Infinity,
    weight: (item: Item) => number = () => 0,
  ) {
    this.#work = work;
    this.#maxWeight = maxWeight;
    this.#weight = weight;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    if (!this.#busy) this.idle = this.#drain();
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    // Not at once: what the same turn still adds belongs to the same batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#work(this.#take());
    this.#busy = false;
  }

  #take(): readonly Item[] {
    let weight = 0;
    let count = 0;
    for (const item of this.#waiting) {
      weight += this.#weight(item);
      if (count > 0 && weight > this.#maxWeight) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }
}
