/**
 * The worker program for Web Workers; `somen/web/worker` is this module and all it needs in one file. A worker module
 * of your own imports it before the modules of its tasks.
 */
import * as Comlink from 'comlink';

import { WorkerProgram } from '../core/worker-program.ts';
import type { SchedulerApi } from '../core/worker-protocol.ts';
import { yieldToEvents } from '../core/yield.ts';
import { webFiles } from './files.ts';
import { createWebHasher } from './hasher.ts';
import { tellWhenClosed } from './worker-closing.ts';

declare const self: DedicatedWorkerGlobalScope;

// A page that imports this module by mistake stays a page.
if (typeof DedicatedWorkerGlobalScope !== 'undefined' && self instanceof DedicatedWorkerGlobalScope) serve();

function serve(): void {
  const scheduler = Comlink.wrap<SchedulerApi>(self);
  const { report, leaving } = scheduler;
  const program = new WorkerProgram({
    report: (reports, transfer) => report(Comlink.transfer(reports, transfer as Transferable[])),
    handOver: Comlink.transfer,
    importModule: (url) => import(/* @vite-ignore */ /* webpackIgnore: true */ url) as Promise<unknown>,
    ownModule,
    yieldToMessages: yieldToEvents,
    hasher: createWebHasher,
    files: webFiles(createWebHasher),
  });
  tellWhenClosed(() => void leaving());
  Comlink.expose(program, self);
}

/** To import a module that is being evaluated is to wait for it. A classic script, a bundler's, has no top-level `await`. */
async function ownModule(): Promise<unknown> {
  return isClassic() ? undefined : import(/* @vite-ignore */ /* webpackIgnore: true */ self.location.href);
}

/** In a module this is a `TypeError`; but Firefox has none for an empty list, and a security policy has one of its own. */
function isClassic(): boolean {
  try {
    self.importScripts('data:text/javascript,');
    return true;
  } catch (error) {
    return !(error instanceof TypeError);
  }
}
