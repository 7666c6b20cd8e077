/**
 * The worker program for Web Workers; `somen/web/worker` is this module and all it needs in one file. A worker module
 * of your own imports it before the modules of its tasks.
 */
import * as Comlink from 'comlink';

import { WorkerProgram } from '../core/worker-program.ts';
import type { SchedulerApi } from '../core/worker-protocol.ts';
import { yieldToEvents } from '../core/yield.ts';
import { createWebHasher } from './hasher.ts';

declare const self: DedicatedWorkerGlobalScope;

// A page that imports this module by mistake stays a page.
if (typeof DedicatedWorkerGlobalScope !== 'undefined' && self instanceof DedicatedWorkerGlobalScope) serve();

function serve(): void {
  const scheduler = Comlink.wrap<SchedulerApi>(self);
  const { report, leaving } = scheduler;
  const program = new WorkerProgram({
    report: (reports, transfer) => report(Comlink.transfer([...reports], transfer)),
    handOver: Comlink.transfer,
    importModule: (url) => import(/* @vite-ignore */ /* webpackIgnore: true */ url) as Promise<unknown>,
    yieldToMessages: yieldToEvents,
    hasher: createWebHasher,
  });
  tellWhenClosed(() => void leaving());
  Comlink.expose(program, self);
}

/** Browsers tell nobody when a worker closes itself. */
function tellWhenClosed(leaving: () => void): void {
  const close = self.close.bind(self);
  self.close = () => {
    leaving();
    close();
  };
}
