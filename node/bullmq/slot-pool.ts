/** The slots of a worker: which one runs what, and how many jobs are taken from the queue for them. */
import { keyOfSettings, type SlotSettings, type WorkerSlot } from './worker-slot.ts';

/** What is at hand for a slot should keep it busy for this long, in milliseconds: so it need not wait for Redis. */
const AHEAD = 5;
/** So many messages are at hand for a slot at most. */
const MAX_AHEAD = 16;
/** How much the last duration counts in the average. */
const SMOOTHING = 0.2;

/** A message's place at a slot. */
export interface SlotLease {
  readonly slot: WorkerSlot;
  /** Ends when those that came before it at this slot have been handed over, or given back. */
  readonly turn: Promise<void>;
  /** What the slot is to run was handed over to it: it is the next one's turn. */
  handOver(): void;
  /** It is over. `spent`: how long what was in it has taken, in milliseconds, if it ran. */
  giveBack(spent: number | undefined): void;
}

/** Who waits for a slot. */
interface Waiting {
  readonly key: string;
  readonly take: (lease: SlotLease) => void;
}

/** See above. Of messages that take long, each slot has one; of short ones, further ones wait for its thread. */
export class SlotPool {
  readonly #slots: readonly WorkerSlot[];
  readonly #resized: (places: number) => void;
  /** How many messages each slot was given. */
  readonly #loads = new Map<WorkerSlot, number>();
  readonly #keys = new Map<WorkerSlot, string>();
  /** The last turn at each slot. */
  readonly #turns = new Map<WorkerSlot, Promise<void>>();
  readonly #waiting: Waiting[] = [];
  #average = Infinity;
  #depth = 1;

  /** `resized` is told how many messages it wants to have at a time. */
  constructor(slots: readonly WorkerSlot[], resized: (places: number) => void) {
    this.#slots = slots;
    this.#resized = resized;
    for (const slot of slots) this.#loads.set(slot, 0);
  }

  /** A place at a slot for a message, in the order in which they are asked for. */
  take(settings: SlotSettings): Promise<SlotLease> {
    return new Promise((resolve) => {
      this.#waiting.push({ key: keyOfSettings(settings), take: resolve });
      this.#serve();
    });
  }

  #lease(slot: WorkerSlot): SlotLease {
    const turn = this.#turns.get(slot) ?? Promise.resolve();
    let handOver = (): void => undefined;
    this.#turns.set(slot, new Promise((resolve) => (handOver = resolve)));
    return {
      slot,
      turn,
      handOver,
      giveBack: (spent) => {
        handOver();
        this.#loads.set(slot, (this.#loads.get(slot) ?? 1) - 1);
        if (spent !== undefined) this.#learn(spent);
        this.#serve();
      },
    };
  }

  #learn(duration: number): void {
    this.#average = this.#average === Infinity ? duration : this.#average + SMOOTHING * (duration - this.#average);
    const depth = Math.max(1, Math.min(MAX_AHEAD, Math.floor(AHEAD / Math.max(this.#average, 0.01))));
    if (depth === this.#depth) return;
    this.#depth = depth;
    this.#resized(depth * this.#slots.length);
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const slot = this.#slotFor(next.key);
      if (slot === undefined) return;
      this.#waiting.shift();
      this.#loads.set(slot, (this.#loads.get(slot) ?? 0) + 1);
      this.#keys.set(slot, next.key);
      next.take(this.#lease(slot));
    }
  }

  /** One that does nothing, if possible with a thread that will do; else one whose thread will do, and that has the least. */
  #slotFor(key: string): WorkerSlot | undefined {
    const free = this.#slots.filter((slot) => this.#loads.get(slot) === 0);
    const idle = free.find((slot) => slot.key === key) ?? free.find((slot) => slot.key === undefined) ?? free[0];
    if (idle !== undefined) return idle;
    let best: WorkerSlot | undefined;
    let least = this.#depth;
    for (const slot of this.#slots) {
      const load = this.#loads.get(slot) ?? 0;
      if (this.#keys.get(slot) === key && load < least) [best, least] = [slot, load];
    }
    return best;
  }

  /** Ends all threads. */
  stop(): void {
    for (const slot of this.#slots) slot.stop();
  }
}
