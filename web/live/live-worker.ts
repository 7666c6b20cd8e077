/** Starting the workers of live scripts: all have one program, so that a page loads one file. */
import { startPackagedWorker, type PackagedWorker, type StartedWorker } from '../default-worker.ts';
import { ownWorker } from '../own-worker.ts';

const LIVE: PackagedWorker = {
  get url() {
    return new URL('./worker.js', import.meta.url).href;
  },
  start: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
  advice:
    "With a bundler, give a worker module of your own that imports 'somen/live/worker': createLiveScript({ create })",
};

/** What is told of a worker. */
export interface LiveWorkerListener<M> {
  message(message: M): void;
  /** It does not start. */
  failed(reason: string): void;
}

/** A worker as the page sees it. */
export interface LiveWorker<M> {
  post(message: M, transfer?: Transferable[]): void;
  /** Ends it at once; its listener is told nothing more. */
  terminate(): void;
}

/** Starts a worker. `create` starts one of the user's. */
export function startLiveWorker<To, From>(
  name: string,
  create: ((name: string) => Worker) | undefined,
  listener: LiveWorkerListener<From>,
): LiveWorker<To> {
  let isOver = false;
  let hasAnswered = false;
  const started: StartedWorker = create === undefined ? startPackagedWorker(LIVE, name) : ownWorker(create, name);
  started.endpoint.addEventListener('message', (event) => {
    if (isOver) return;
    hasAnswered = true;
    listener.message((event as MessageEvent<From>).data);
  });
  started.onError((reason, event) => {
    event?.preventDefault();
    // Once the worker is there, an exception outside of all jobs is no end of it.
    if (!isOver && !hasAnswered) listener.failed(reason);
  });
  return {
    post: (message, transfer) => started.endpoint.postMessage(message, transfer),
    terminate: () => {
      isOver = true;
      started.terminate();
    },
  };
}
