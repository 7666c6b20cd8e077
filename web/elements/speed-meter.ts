/** The span over which a rate is measured, in milliseconds. */
const SPAN = 5000;
/** The least time between two measurements. */
const STEP = 100;

/** How many jobs a second end, of late. */
export class SpeedMeter {
  #samples: { readonly time: number; readonly count: number }[] = [];

  /** Forgets all. */
  reset(): void {
    this.#samples = [];
  }

  /** So many have ended until now. @param time in milliseconds */
  add(time: number, count: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && time - last.time < STEP) return;
    this.#samples.push({ time, count });
    // One stays that is older than the span, so that it is covered.
    while ((this.#samples[1]?.time ?? time) < time - SPAN) this.#samples.shift();
  }

  /** Jobs a second; 0 where that is not known. */
  get rate(): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.time === first.time) return 0;
    return (1000 * (last.count - first.count)) / (last.time - first.time);
  }
}
