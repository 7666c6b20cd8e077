/** Several executors as one: each job goes where it belongs. */
import type { Executor, ExecutorListener, ExecutorSession, JobRequest } from './executor.ts';
import type { ChunkHasher } from './parallel-digest.ts';
import { StoredValue } from './stored-value.ts';

/** Says which executor runs a job, by its label; `undefined` for the first one. */
export type SelectExecutor = (job: JobRequest) => string | undefined;

/**
 * Runs each job on one of several executors: on the one whose label `select` gives, by default on the one that the
 * task's hint `executor` names, else on the first. (Seed 001: light jobs stay here, heavy ones go to the cluster.)
 *
 * @example
 * const local = inline();
 * await run(workflow, { executor: hybrid((job) => job.task.hints.executor ?? 'pool', { local, pool: workers() }) });
 *
 * @throws TypeError where there are no executors
 */
export function hybrid(executors: Readonly<Record<string, Executor>>): Executor;
export function hybrid(select: SelectExecutor | undefined, executors: Readonly<Record<string, Executor>>): Executor;
export function hybrid(
  first: SelectExecutor | undefined | Readonly<Record<string, Executor>>,
  second?: Readonly<Record<string, Executor>>,
): Executor {
  const executors = second ?? (first as Readonly<Record<string, Executor>>);
  const select = second === undefined || first === undefined ? byHint : (first as SelectExecutor);
  if (Object.keys(executors).length === 0)
    throw new TypeError('Cannot make a hybrid executor of none: give executors by label, { local: inline() }');
  return {
    name: `hybrid(${Object.keys(executors).join(', ')})`,
    open: (listener) => new HybridSession(listener, select, executors),
    async close() {
      await Promise.all(Object.values(executors).map((executor) => executor.close()));
    },
  };
}

function byHint({ task }: JobRequest): string | undefined {
  return task.hints.executor;
}

/** A session with one of the executors. */
interface Part {
  readonly session: ExecutorSession;
  /** How many jobs it has. */
  load: number;
  /** Jobs that it has no room for. The next one is first. */
  readonly backlog: Set<JobRequest>;
}

/** The sessions of one scheduler with all executors. A flood for one of them waits here, and keeps none from the others. */
class HybridSession implements ExecutorSession {
  readonly #listener: ExecutorListener;
  readonly #select: SelectExecutor;
  readonly #parts = new Map<string, Part>();
  /** Where each job is. */
  readonly #places = new Map<JobRequest, Part>();

  constructor(listener: ExecutorListener, select: SelectExecutor, executors: Readonly<Record<string, Executor>>) {
    this.#listener = listener;
    this.#select = select;
    for (const [label, executor] of Object.entries(executors))
      this.#parts.set(label, { session: executor.open(this.#listenerOf(label)), load: 0, backlog: new Set() });
  }

  /** Room for what each part can take, and for what waits here: else the scheduler would hold back what others could do. */
  get capacity(): number {
    let capacity = 0;
    for (const { session, backlog } of this.#parts.values()) capacity += session.capacity + backlog.size;
    return capacity;
  }

  get underWay(): number {
    let underWay = 0;
    for (const { session } of this.#parts.values()) underWay += session.underWay ?? 0;
    return underWay;
  }

  /** The cache of those that have one; where they have several, none. */
  get storesIn(): string | undefined {
    const urls = new Set([...this.#parts.values()].flatMap(({ session }) => session.storesIn ?? []));
    return urls.size === 1 ? [...urls][0] : undefined;
  }

  get takesReferences(): boolean {
    return [...this.#parts.values()].every(({ session }) => session.takesReferences === true);
  }

  hashers(): readonly ChunkHasher[] {
    return [...this.#parts.values()].flatMap(({ session }) => session.hashers?.() ?? []);
  }

  submit(job: JobRequest): void {
    const [first] = this.#parts.keys();
    const label = this.#select(job) ?? first ?? '';
    const part = this.#parts.get(label);
    if (part === undefined) {
      const labels = [...this.#parts.keys()].map((known) => `'${known}'`).join(', ');
      throw new RangeError(`Cannot run '${job.task.name}' on '${label}': the executors are ${labels}`);
    }
    this.#places.set(job, part);
    if (part.load < part.session.capacity) return this.#give(part, job);
    part.backlog.add(job);
    this.#listener.resized();
  }

  #give(part: Part, job: JobRequest): void {
    part.load++;
    // What other parts read from the cache, this one gets as it is.
    if (part.session.storesIn === undefined && job.args.some((value) => value instanceof StoredValue)) {
      this.#places.delete(job);
      part.load--;
      return this.#listener.unread?.(job);
    }
    part.session.submit(job);
  }

  flush(): void {
    for (const { session } of this.#parts.values()) session.flush();
  }

  cancel(jobs: readonly JobRequest[]): void {
    for (const part of this.#parts.values()) {
      const own = jobs.filter((job) => this.#places.get(job) === part);
      const given = own.filter((job) => !part.backlog.delete(job));
      for (const job of own) this.#places.delete(job);
      part.load -= given.length;
      if (given.length > 0) part.session.cancel(given);
      this.#refill(part);
    }
  }

  close(): void {
    for (const part of this.#parts.values()) {
      part.backlog.clear();
      part.session.close();
    }
    this.#places.clear();
  }

  #refill(part: Part): void {
    if (part.backlog.size === 0) return;
    for (const job of part.backlog) {
      if (part.load >= part.session.capacity) break;
      part.backlog.delete(job);
      this.#give(part, job);
    }
    part.session.flush();
  }

  /** Tells the scheduler, and gives the part more to do. */
  #listenerOf(label: string): ExecutorListener {
    const listener = this.#listener;
    const ended = (job: JobRequest, tell: () => void): void => {
      const part = this.#places.get(job);
      if (part === undefined) return;
      this.#places.delete(job);
      part.load--;
      tell();
      this.#refill(part);
    };
    return {
      ...(listener.serializers && { serializers: listener.serializers }),
      ...(listener.onlyHere && { onlyHere: listener.onlyHere }),
      started: (job, worker) => listener.started(job, `${label}/${worker}`),
      done: (job, value, duration) => ended(job, () => listener.done(job, value, duration)),
      ...(listener.version && { version: listener.version }),
      stored: (job, duration) => ended(job, () => listener.stored?.(job, duration)),
      unread: (job) => ended(job, () => listener.unread?.(job)),
      expanded: (job, node, duration) => ended(job, () => listener.expanded(job, node, duration)),
      failed: (job, error) => ended(job, () => listener.failed(job, error)),
      lost: (job, error) => ended(job, () => listener.lost(job, error)),
      log: (job, level, values) => listener.log(job, level, values),
      resized: () => {
        const part = this.#parts.get(label);
        if (part !== undefined) this.#refill(part);
        listener.resized();
      },
    };
  }
}
