import type { JobEvent } from '../../core/events.ts';

/** How many calls of a task came how far. */
export interface TaskCount {
  readonly name: string;
  total: number;
  running: number;
  /** Computed, shared or retrieved. */
  done: number;
  retrieved: number;
  failed: number;
}

/** A job that a worker is at. */
export interface RunningJob {
  readonly count: TaskCount;
  /** When it began, in milliseconds since 1970. */
  readonly since: number;
}

/** Counts the jobs of a run by task. What is kept grows with the tasks and with what runs at once, not with the jobs. */
export class TaskCounts {
  readonly #counts = new Map<string, TaskCount>();
  /** What is under way, by job number, in the order in which it began. */
  readonly running: Map<number, RunningJob> = new Map();

  take(event: JobEvent): void {
    const count = this.#countOf(event.name);
    switch (event.type) {
      case 'scheduled':
        count.total++;
        return;
      case 'started':
        this.#stop(event.job);
        count.running++;
        this.running.set(event.job, { count, since: event.time });
        return;
      case 'retrying':
        this.#stop(event.job);
        return;
      case 'retrieved':
        count.retrieved++;
        count.done++;
        this.#stop(event.job);
        return;
      case 'done':
      case 'attached':
        count.done++;
        this.#stop(event.job);
        return;
      case 'failed':
        count.failed++;
        this.#stop(event.job);
        return;
      case 'aborted':
        this.#stop(event.job);
        return;
      case 'expanded':
      case 'log':
    }
  }

  #countOf(name: string): TaskCount {
    let count = this.#counts.get(name);
    if (count === undefined)
      this.#counts.set(name, (count = { name, total: 0, running: 0, done: 0, retrieved: 0, failed: 0 }));
    return count;
  }

  #stop(job: number): void {
    const running = this.running.get(job);
    if (running === undefined) return;
    running.count.running--;
    this.running.delete(job);
  }

  /** Tasks of which there is something to do or to tell, those that run first; none that is in `without`. */
  unfinished(without: ReadonlySet<string>): readonly TaskCount[] {
    return [...this.#counts.values()]
      .filter(({ name, total, done, failed }) => !without.has(name) && (total > done + failed || failed > 0))
      .toSorted((left, right) => Number(right.running > 0) - Number(left.running > 0));
  }
}
