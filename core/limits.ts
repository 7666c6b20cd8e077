import type { Job } from './job.ts';

type Demand = readonly (readonly [label: string, amount: number])[];

/** A resource: how much of it is free, and who waits for it. */
interface Resource {
  readonly size: number;
  free: number;
  /** The next one is first. */
  waiting: Job[];
}

/** @throws RangeError where a size is not above 0 */
export function checkLimits(sizes: Readonly<Record<string, number>> | undefined): void {
  for (const [label, size] of Object.entries(sizes ?? {}))
    if (!(size > 0)) throw new RangeError(`Cannot limit '${label}' to ${size}: the size must be more than 0`);
}

/**
 * Counted resources. A job gets all that it asks for or nothing, so that no two jobs wait for each other; one that
 * has to wait does so in the line of the first resource that lacks room.
 */
export class Limits {
  readonly #resources = new Map<string, Resource>();

  constructor(sizes: Readonly<Record<string, number>> = {}) {
    for (const [label, size] of Object.entries(sizes)) this.#resources.set(label, { size, free: size, waiting: [] });
  }

  /** Takes what a job demands and returns `true`; else the job waits, and {@link release} returns it later. */
  reserve(job: Job, demand: Demand): boolean {
    const lacking = this.#lacking(demand);
    if (lacking === undefined) this.#add(demand, -1);
    else lacking.waiting.push(job);
    return lacking === undefined;
  }

  /** The label and size of what can never be had, if any. */
  impossible(demand: Demand): readonly [label: string, amount: number, size: number] | undefined {
    for (const [label, amount] of demand) {
      const { size } = this.#resource(label);
      if (amount > size) return [label, amount, size];
    }
    return undefined;
  }

  /** Gives back what a job had. Returns the jobs that have what they waited for now; those not `wanted` drop out. */
  release(demand: Demand, wanted: (job: Job) => boolean): Job[] {
    this.#add(demand, 1);
    const woken: Job[] = [];
    for (const [label] of demand) this.#wake(this.#resource(label), wanted, woken);
    return woken;
  }

  #wake(resource: Resource, wanted: (job: Job) => boolean, woken: Job[]): void {
    let next = 0;
    for (let job = resource.waiting[next]; job !== undefined; job = resource.waiting[next]) {
      const demand = job.task.control?.limits ?? [];
      const lacking = wanted(job) ? this.#lacking(demand) : null;
      if (lacking === resource) break;
      next++;
      if (lacking === undefined) {
        this.#add(demand, -1);
        woken.push(job);
      } else lacking?.waiting.push(job);
    }
    resource.waiting = resource.waiting.slice(next);
  }

  #lacking(demand: Demand): Resource | undefined {
    for (const [label, amount] of demand) {
      const resource = this.#resource(label);
      if (resource.free < amount) return resource;
    }
    return undefined;
  }

  #add(demand: Demand, sign: number): void {
    for (const [label, amount] of demand) this.#resource(label).free += sign * amount;
  }

  /** One that was not declared has room for one. */
  #resource(label: string): Resource {
    let resource = this.#resources.get(label);
    if (resource === undefined) this.#resources.set(label, (resource = { size: 1, free: 1, waiting: [] }));
    return resource;
  }
}
