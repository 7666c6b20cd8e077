/** Values that a worker reads from the run's cache, and results that it stores there, so that they need not travel. */
import { basisOf } from './basis.ts';
import { prepareAll } from './walk.ts';
import type { Keeping } from './executor.ts';
import { failed } from './fail.ts';
import { filesIn } from './files.ts';
import { byteLength } from './hasher.ts';
import type { Keyer } from './key.ts';
import type { ResultStore } from './result-store.ts';
import type { Serializers } from './serializers.ts';
import type { Loaded, StoredContent } from './stored-value.ts';
import type { WorkerStore } from './worker-protocol.ts';

/** How values are written with some serialisers, and where. */
export interface ResultPlace {
  readonly keyer: Keyer;
  readonly store: ResultStore;
}

/** A result and what its record says. */
export interface KeptResult {
  readonly keeping: Keeping;
  readonly value: unknown;
  /** In milliseconds. */
  readonly duration: number;
  /** Which worker computed it. */
  readonly where: string;
}

/** A worker's access to a cache. What it cannot read or write, the scheduler sends and stores. */
export class WorkerResults {
  readonly #open: (serializers: Serializers) => ResultPlace;
  readonly #places = new WeakMap<Serializers, ResultPlace>();
  readonly #threshold: number;
  /** Whether short results are kept, too. */
  readonly keepsAll: boolean;

  /** Results whose encodings are shorter than the threshold are to be sent. */
  constructor(
    open: (serializers: Serializers) => ResultPlace,
    { threshold, keepsAll = false }: Pick<WorkerStore, 'threshold' | 'keepsAll'>,
  ) {
    this.#open = open;
    this.#threshold = threshold;
    this.keepsAll = keepsAll;
  }

  #place(serializers: Serializers): ResultPlace {
    const place = this.#places.get(serializers) ?? this.#open(serializers);
    this.#places.set(serializers, place);
    return place;
  }

  /** A value, or `undefined` where it cannot be had. */
  async read(content: StoredContent, serializers: Serializers): Promise<Loaded | undefined> {
    try {
      return await this.#place(serializers).store.load(content, content.align);
    } catch {
      return undefined;
    }
  }

  /** Stores a result, if it is large, or all are, and it is one that a cache may have. Returns whether it need not be sent. */
  async keep(result: KeptResult, serializers: Serializers): Promise<boolean> {
    try {
      return await this.#keep(result, serializers);
    } catch {
      // It is sent, and the scheduler says what is wrong with it or with the cache.
      return false;
    }
  }

  async #keep({ keeping, value, duration, where }: KeptResult, serializers: Serializers): Promise<boolean> {
    // What failed is stored on demand only, and of files the scheduler decides.
    if (failed(value) || filesIn(value, serializers).length > 0) return false;
    const { keyer, store } = this.#place(serializers);
    await prepareAll(value, serializers);
    const { pieces, tasks } = keyer.piecesAndTasks(value, 'result');
    const isShort = byteLength(pieces) < this.#threshold;
    if (isShort && !this.keepsAll) return false;
    const until = keeping.expires === undefined ? Infinity : Date.now() + keeping.expires;
    const basis = basisOf(tasks, until);
    const { key, task, version, session, inputs } = keeping;
    const info = { task, version, start: Date.now() - duration, duration, where, session, inputs };
    const encoded = { ...keyer.encoded(pieces), shared: keyer.sharedPieces(value) };
    await store.saveValue(key, encoded, info, { until: basis?.until, tasks: basis?.tasks });
    return !isShort;
  }
}
