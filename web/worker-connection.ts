/** How a pool talks to one worker, which may be a Web Worker or the other end of a port. */
import * as Comlink from 'comlink';

import type { WorkerConnection, WorkerEvents } from '../core/worker-ports.ts';
import type { SchedulerApi, WorkerApi } from '../core/worker-protocol.ts';
import { ownBuffer } from '../core/wire-value.ts';
import type { StartedWorker } from './default-worker.ts';

/**
 * Connects a worker that was just started.
 * @param ended - told when it turns out not to come up
 */
export function connectWorker(
  worker: StartedWorker,
  scheduler: SchedulerApi,
  ended: WorkerEvents['ended'],
): WorkerConnection {
  let answered = false;
  // Once the worker is there, an error event tells of an exception outside of any job; the worker lives on.
  worker.onError((reason, event) => {
    if (answered) return;
    event?.preventDefault();
    ended(reason);
  });
  Comlink.expose(scheduler, worker.endpoint);
  // Comlink's remote type promises what it cannot know; the protocol's methods all return promises already.
  const remote = Comlink.wrap<WorkerApi>(worker.endpoint) as unknown as WorkerApi;
  const { run, cancel } = remote;
  const api: WorkerApi = {
    start: async (setup) => {
      await remote.start(setup);
      answered = true;
    },
    // Not the proxies themselves: compilers that replace private fields write `run.call(...)`, which a proxy sends on.
    run: (jobs, newTasks) => run(jobs, newTasks),
    cancel: (ids) => cancel(ids),
    hashChunks: (bytes, chunkSize) => remote.hashChunks(Comlink.transfer(bytes, ownBuffer(bytes)), chunkSize),
  };
  return { api, source: worker.source, terminate: () => worker.terminate(), keepAlive: () => undefined };
}
