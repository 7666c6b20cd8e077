/**
 * The worker program for `worker_threads`. A worker module of your own imports it before the modules of its tasks.
 */
import * as Comlink from 'comlink';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';

import { WorkerProgram } from '../core/worker-program.ts';
import type { SchedulerApi } from '../core/worker-protocol.ts';
import { nodeEndpoint } from './endpoint.ts';
import { nodeFiles } from './files.ts';
import { createNodeHasher } from './hasher.ts';
import { preloadedHooks } from './preloaded-hooks.ts';
import { inheritedState, sliceHooks } from './slice-state.ts';

if (parentPort !== null) {
  const endpoint = nodeEndpoint(parentPort);
  const scheduler = Comlink.wrap<SchedulerApi>(endpoint);
  const report = scheduler.report;
  const program = new WorkerProgram({
    report: (reports, transfer) => report(Comlink.transfer(reports, transfer as ArrayBuffer[])),
    handOver: Comlink.transfer,
    importModule: async (url) => {
      await preloadedHooks();
      await sliceHooks();
      return import(url) as Promise<unknown>;
    },
    // To import a module that is being evaluated is to wait for it.
    ownModule: () => import(pathToFileURL(process.argv[1] ?? '').href) as Promise<unknown>,
    hasSlices: () => inheritedState() !== undefined,
    yieldToMessages: () => new Promise((resolve) => setImmediate(resolve)),
    hasher: createNodeHasher,
    files: nodeFiles(),
  });
  Comlink.expose(program, endpoint);
}
