/** `workers()` of a script: it has none of its own, but is lent some by the page, where they outlive it. */
import { WorkerPool } from '../../core/worker-pool.ts';
import type { Executor } from '../../core/executor.ts';
import type { SpawnWorker } from '../../core/worker-ports.ts';
import { checkNames } from '../../core/options.ts';
import { connectWorker } from '../worker-connection.ts';
import type { WorkersOptions } from '../workers.ts';
import type { FromScriptWorker, LendRequest } from './messages.ts';

/**
 * Between two runs of a script, its executor keeps workers for so long, in milliseconds: then another executor of the
 * same script can have them.
 */
const IDLE_TIMEOUT = 20;

/** The workers that the page lends. */
export class LentWorkers {
  readonly #size: number;
  readonly #post: (message: FromScriptWorker, transfer?: Transferable[]) => void;
  readonly #lost = new Map<number, (reason: string) => void>();
  #next = 1;
  /** What they are to load. */
  code: Pick<LendRequest, 'modules' | 'entries'> = { modules: [], entries: [] };

  /** @param size - how many the page has */
  constructor(size: number, post: (message: FromScriptWorker, transfer?: Transferable[]) => void) {
    this.#size = size;
    this.#post = post;
  }

  /** An executor of at most so many of them; see `workers` of `somen/web`. */
  readonly workers = (options: WorkersOptions = {}): Executor => {
    checkNames(options, { size: true, idleTimeout: true }, 'Cannot give workers of a live script the option');
    const { size = this.#size } = options;
    if (!Number.isInteger(size) || size < 1)
      throw new RangeError(`Cannot start ${size} workers: size must be a whole number from 1`);
    return new WorkerPool({
      idleTimeout: IDLE_TIMEOUT,
      imports: true,
      later: (callback, milliseconds) => {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
      supply: { most: Math.min(size, this.#size), free: Infinity, spawn: this.#spawn },
    });
  };

  /** A worker is gone. */
  tellLost(lease: number, reason: string): void {
    this.#lost.get(lease)?.(reason);
  }

  readonly #spawn: SpawnWorker = (_name, scheduler, { ended }) => {
    const lease = this.#next++;
    const { port1, port2 } = new MessageChannel();
    this.#lost.set(lease, ended);
    this.#post({ type: 'lend', lease, ...this.code, port: port1 }, [port1]);
    const terminate = (): void => {
      if (!this.#lost.delete(lease)) return;
      port2.close();
      this.#post({ type: 'return', lease });
    };
    const source = 'the workers of the live script';
    return connectWorker({ endpoint: port2, source, terminate, onError: () => undefined }, scheduler, ended);
  };
}
