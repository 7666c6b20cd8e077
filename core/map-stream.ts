/** Large and endless collections: a bounded number of jobs under way, results as they come. (Seed 002: a generator of results.) */
import { callOf, checkFunction } from './call-of.ts';
import { isThenable } from './capture.ts';
import type { Platform } from './platform.ts';
import type { Computed } from './promised.ts';
import type { Run } from './run.ts';
import { createRuntimeOn, type LaterOptions, type Runtime, type RunOptions, type RuntimeOptions } from './runtime.ts';
import { describe } from './task.ts';
import { captured, promise } from './workflow.ts';

/** Where items come from. */
export type StreamSource<T> = Iterable<T> | AsyncIterable<T> | StreamLike<T>;

/** A `ReadableStream`: some engines do not iterate it. */
export interface StreamLike<T> {
  getReader(): StreamReader<T>;
}

/** What is used of a reader. */
export interface StreamReader<T> {
  read(): Promise<{ readonly done: boolean; readonly value?: T | undefined }>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

/** How a stream is mapped. */
export interface MapStreamOptions extends RuntimeOptions, Omit<RunOptions, 'display' | 'onError' | 'store'> {
  /** A runtime to use. It is left open. @default one of its own, made of the other options, and closed at the end */
  readonly runtime?: Runtime;
  /** How many chunks are under way at most: pulled from the source, and not yet taken from the result. @default 16 */
  readonly concurrency?: number;
  /** Whether results come in the order of the source. If not, each comes as soon as it is there. @default true */
  readonly ordered?: boolean;
  /**
   * How many items go through the scheduler together: larger for short tasks. Each item stays a job with a key of its
   * own; the results of a chunk come together. @default 1
   */
  readonly chunk?: number;
}

/** The results of {@link mapStream}: for `for await`, or `ReadableStream.from`. */
export interface ResultStream<R> extends AsyncIterableIterator<R> {
  /** Ends it early: closes the source and aborts what is under way. */
  return(): Promise<IteratorResult<R, undefined>>;
  [Symbol.asyncIterator](): ResultStream<R>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** See `mapStream` in `index.ts`. */
export function mapStreamOn<T, R>(
  platform: Platform,
  fn: (value: T) => R,
  source: StreamSource<T>,
  options: MapStreamOptions,
  later?: LaterOptions,
): ResultStream<Computed<R>> {
  checkFunction(fn, 'map a stream');
  const { concurrency = 16, chunk = 1, ordered = true, runtime, signal, ...others } = options;
  for (const [name, value] of Object.entries({ concurrency, chunk }))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`Cannot map a stream with ${name} ${value}: it must be a whole number from 1`);
  const own = runtime === undefined ? createRuntimeOn(platform, others, later) : undefined;
  const results = generate({
    fn: captured([fn])[0],
    open: opener(source),
    chunk,
    runtime: own ?? (runtime as Runtime),
    concurrency,
    ordered,
    runOptions: signal === undefined ? {} : { signal },
    close: () => own?.close(),
  });
  return Object.assign(results, {
    async [Symbol.asyncDispose]() {
      await results.return(undefined);
    },
  }) as unknown as ResultStream<Computed<R>>;
}

/** What {@link generate} works with. */
interface Mapping {
  readonly fn: unknown;
  readonly open: () => Source;
  readonly chunk: number;
  readonly runtime: Runtime;
  readonly concurrency: number;
  readonly ordered: boolean;
  readonly runOptions: RunOptions;
  close(): Promise<void> | undefined;
}

async function* generate(mapping: Mapping): AsyncGenerator<unknown, void, undefined> {
  const source = new ChunkedSource(mapping.open(), mapping.chunk);
  const underWay = new ChunksUnderWay();
  try {
    for (;;) {
      while (!source.isOver && underWay.size < mapping.concurrency) {
        const items = await source.next();
        if (items.length > 0) underWay.add(start(mapping, items));
      }
      if (underWay.size === 0) return;
      yield* mapping.ordered ? underWay.first() : await underWay.soonest();
    }
  } finally {
    underWay.abort();
    await source.close();
    await mapping.close();
  }
}

type ChunkRun = Run<readonly unknown[]>;

function start({ fn, runtime, runOptions }: Mapping, items: readonly unknown[]): ChunkRun {
  const calls = captured(items).map((item) => promise(callOf(fn, [item])));
  return runtime.run(calls, runOptions);
}

/** Chunks that were started and not taken yet, in the order of the source. */
class ChunksUnderWay {
  readonly #runs = new Set<ChunkRun>();
  /** Those that are done, the first one first. */
  readonly #finished: ChunkRun[] = [];
  #wake: (() => void) | undefined;

  get size(): number {
    return this.#runs.size;
  }

  add(run: ChunkRun): void {
    this.#runs.add(run);
    const finish = (): void => {
      this.#finished.push(run);
      this.#wake?.();
    };
    // Its error is told where its results are taken: at the point of iteration.
    run.then(finish, finish);
  }

  /** The results of the chunk that was started first. */
  async *first(): AsyncGenerator<unknown, void, undefined> {
    const [run] = this.#runs;
    if (run === undefined) return;
    const results = await run;
    this.#runs.delete(run);
    const index = this.#finished.indexOf(run);
    void this.#finished.splice(index, 1);
    yield* results;
  }

  /** The results of the chunk that was, or will be, done first. (A race of promises would leave a trace on each that is slow.) */
  async soonest(): Promise<readonly unknown[]> {
    if (this.#finished.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
    const run = this.#finished.shift();
    if (run === undefined) return [];
    this.#runs.delete(run);
    return run;
  }

  abort(): void {
    for (const run of this.#runs) run.abort();
  }
}

/** Pulls items one by one, in chunks. */
class ChunkedSource {
  readonly #source: Source;
  readonly #size: number;
  /** Whether it has come to its end, or has thrown. */
  isOver = false;

  constructor(source: Source, size: number) {
    this.#source = source;
    this.#size = size;
  }

  /** The next items; fewer at the end. */
  async next(): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    this.isOver = true;
    while (items.length < this.#size) {
      const pulled = this.#source.next();
      // An item that is there already is not waited for: a turn of the microtask queue for each adds up.
      const item = isThenable(pulled) ? await pulled : pulled;
      if (item.done === true) return items;
      items.push(item.value);
    }
    this.isOver = false;
    return items;
  }

  async close(): Promise<void> {
    if (!this.isOver) await this.#source.close();
  }
}

interface Source {
  next(): IteratorResult<unknown> | PromiseLike<IteratorResult<unknown>>;
  close(): Promise<void>;
}

/**
 * What begins to read a source, and locks it: not before the first result is wanted.
 * @throws TypeError for what cannot be iterated
 */
function opener(source: unknown): () => Source {
  const iterable = Object(source) as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
  if (iterable[Symbol.asyncIterator] !== undefined || iterable[Symbol.iterator] !== undefined)
    return () => iteratorSource(iterable[Symbol.asyncIterator]?.() ?? iterable[Symbol.iterator]?.() ?? [].values());
  if (typeof (source as Partial<StreamLike<unknown>> | undefined)?.getReader === 'function')
    return () => readerSource((source as StreamLike<unknown>).getReader());
  throw new TypeError(
    `Cannot map a stream from ${describe(source)}: give an iterable, an async iterable or a ReadableStream`,
  );
}

function iteratorSource(iterator: AsyncIterator<unknown> | Iterator<unknown>): Source {
  return {
    next: () => iterator.next(),
    close: async () => void (await iterator.return?.()),
  };
}

function readerSource(reader: StreamReader<unknown>): Source {
  return {
    async next() {
      const { done, value } = await reader.read();
      if (done) reader.releaseLock();
      return done ? { done, value: undefined } : { done: false, value };
    },
    async close() {
      await reader.cancel();
      reader.releaseLock();
    },
  };
}
