/** The workers for tasks, which stay from one script to the next: they know what they have loaded. */
import { startLiveWorker, type LiveWorker } from './live-worker.ts';
import type { FromTaskWorker, LendRequest, LiveModule, ToTaskWorker } from './messages.ts';

/** A worker that does not become free within this time, in milliseconds, is replaced. */
const GRACE = 100;

/** The same where it should have nothing to do: it may be slow to answer on a busy machine. */
const IDLE_GRACE = 2000;

/**
 * Who waits for a worker so long, in milliseconds, waits for another executor of its own script, which may wait for it:
 * then there is one more for a while, up to twice as many.
 */
const PATIENCE = 250;

/** With so many modules that others have replaced, a worker is replaced itself, since an engine forgets none. */
const MAX_STALE = 50;

/** The script that has a worker, as the workers see it. */
export interface Borrower {
  /** The worker is gone, or never came. */
  lost(lease: number, reason: string): void;
}

interface Lease extends LendRequest {
  readonly borrower: Borrower;
}

interface TaskWorker {
  readonly worker: LiveWorker<ToTaskWorker>;
  /** Modules that it was given. */
  readonly known: Set<string>;
  /** Of each path, the module that it has, */
  readonly current: Map<string, string>;
  /** and how many it has had. */
  loads: number;
  state: 'starting' | 'free' | 'lent' | 'resetting';
  lease?: Lease | undefined;
  timer?: unknown;
}

/** Lends workers. */
export class TaskWorkers {
  readonly #size: number;
  readonly #create: ((name: string) => Worker) | undefined;
  readonly #workers = new Set<TaskWorker>();
  /** Requests for which there is no worker yet. */
  #waiting: Lease[] = [];
  #patience: unknown;
  #next = 1;

  constructor(size: number, create: ((name: string) => Worker) | undefined) {
    this.#size = size;
    this.#create = create;
  }

  /** Starts all workers, so that they are there when a script wants them. */
  prepare(): void {
    while (this.#workers.size < this.#size) this.#start();
  }

  /** Lends a worker, as soon as there is one. */
  lend(request: LendRequest, borrower: Borrower): void {
    this.#waiting.push({ ...request, borrower });
    this.#serve();
  }

  /** Takes workers back: one lease of a script, or all that it has. Those of a script that is done should be idle. */
  takeBack(borrower: Borrower, { lease, isDone = false }: { lease?: number; isDone?: boolean } = {}): void {
    const isMeant = (one: Lease): boolean => one.borrower === borrower && (lease ?? one.lease) === one.lease;
    for (const one of this.#waiting) if (isMeant(one)) one.port.close();
    this.#waiting = this.#waiting.filter((one) => !isMeant(one));
    for (const worker of this.#workers)
      if (worker.state === 'lent' && worker.lease !== undefined && isMeant(worker.lease))
        this.#reset(worker, isDone ? IDLE_GRACE : GRACE);
  }

  /** Ends all workers. */
  close(): void {
    for (const { port } of this.#waiting) port.close();
    this.#waiting = [];
    clearTimeout(this.#patience as number | undefined);
    this.#patience = undefined;
    for (const worker of this.#workers) this.#remove(worker);
  }

  #start(): void {
    const worker: TaskWorker = {
      worker: startLiveWorker<ToTaskWorker, FromTaskWorker>(`somen-live-${this.#next++}`, this.#create, {
        // Either says that it waits for a script.
        message: () => this.#free(worker),
        failed: (reason) => this.#failed(worker, reason),
      }),
      known: new Set(),
      current: new Map(),
      loads: 0,
      state: 'starting',
    };
    this.#workers.add(worker);
    worker.worker.post({ type: 'boot', role: 'tasks' });
  }

  #free(worker: TaskWorker): void {
    clearTimeout(worker.timer as number | undefined);
    worker.state = 'free';
    const isExtra = this.#workers.size > this.#size && this.#waiting.length === 0;
    if (isExtra || worker.loads - worker.current.size > MAX_STALE) this.#remove(worker);
    this.#serve();
  }

  #serve(): void {
    for (const worker of this.#workers) {
      if (worker.state !== 'free') continue;
      const lease = this.#waiting.shift();
      if (lease === undefined) return;
      this.#give(worker, lease);
    }
    while (this.#workers.size < this.#size && this.#starting < this.#waiting.length) this.#start();
    if (this.#waiting.length > this.#starting) this.#patience ??= setTimeout(() => this.#lose(), PATIENCE);
  }

  /** Patience is lost, if it is still needed. */
  #lose(): void {
    this.#patience = undefined;
    if (this.#waiting.length <= this.#starting) return;
    if (this.#workers.size < 2 * this.#size) this.#start();
    this.#serve();
  }

  get #starting(): number {
    return [...this.#workers].filter(({ state }) => state === 'starting').length;
  }

  #give(worker: TaskWorker, lease: Lease): void {
    const { modules, entries, port } = lease;
    worker.state = 'lent';
    worker.lease = lease;
    worker.worker.post({ type: 'connect', modules: modules.map((one) => untold(one, worker.known)), entries, port }, [
      port,
    ]);
    for (const { id, path } of modules) {
      if (worker.current.get(path) !== id) worker.loads++;
      worker.current.set(path, id);
      worker.known.add(id);
    }
  }

  /** Its job ends, or it does. */
  #reset(worker: TaskWorker, grace: number): void {
    worker.state = 'resetting';
    worker.lease = undefined;
    worker.worker.post({ type: 'reset' });
    worker.timer = setTimeout(() => {
      this.#remove(worker);
      this.#serve();
    }, grace);
  }

  #remove(worker: TaskWorker): void {
    clearTimeout(worker.timer as number | undefined);
    this.#workers.delete(worker);
    worker.worker.terminate();
  }

  /** Others will not start either: who waits is told why. */
  #failed(worker: TaskWorker, reason: string): void {
    this.#remove(worker);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { borrower, lease } of waiting) borrower.lost(lease, reason);
  }
}

/** A text is sent once to each worker. */
function untold(module: LiveModule, known: ReadonlySet<string>): LiveModule {
  const { parts: _parts, ...rest } = module;
  return known.has(module.id) ? rest : module;
}
