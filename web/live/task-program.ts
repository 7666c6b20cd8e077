/** A worker for the tasks of scripts. It serves one scheduler after another, and keeps what it has loaded. */
import * as Comlink from 'comlink';

import { registerExports } from '../../core/classes.ts';
import { WorkerProgram } from '../../core/worker-program.ts';
import type { WireError } from '../../core/wire-error.ts';
import type { ReportColumns } from '../../core/wire-columns.ts';
import type { SchedulerApi, WorkerApi } from '../../core/worker-protocol.ts';
import { yieldToEvents } from '../../core/yield.ts';
import { webFiles } from '../files.ts';
import { createWebHasher } from '../hasher.ts';
import { tellWhenClosed } from '../worker-closing.ts';
import type { Entries, FromTaskWorker, LiveModule, ToTaskWorker } from './messages.ts';
import { ModuleLoader, taskModule } from './module-loader.ts';

/** The scheduler that is served, and what serves it. */
interface Serving {
  readonly program: WorkerProgram;
  readonly port: MessagePort;
  readonly leaving: () => void;
}

/** One worker, from its start to its end. */
export class TaskProgram {
  readonly #loader: ModuleLoader;
  readonly #post: (message: FromTaskWorker) => void;
  #serving: Serving | undefined;

  /** @param exported - the exports of this package, as the modules of tasks see them */
  constructor(exported: object, post: (message: FromTaskWorker) => void) {
    this.#loader = new ModuleLoader(exported);
    this.#post = post;
    tellWhenClosed(() => this.#serving?.leaving());
  }

  /** Takes a message of the page. */
  take(message: ToTaskWorker): void {
    switch (message.type) {
      case 'boot':
        return this.#post({ type: 'ready' });
      case 'connect':
        return this.#connect(message);
      case 'reset':
        void this.#reset();
    }
  }

  #connect({ modules, entries, port }: ToTaskWorker & { readonly type: 'connect' }): void {
    this.#loader.take(modules);
    this.#loader.useSlices(new Map(entries));
    const { report, leaving } = Comlink.wrap<SchedulerApi>(port);
    const program = new WorkerProgram({
      report: (reports, transfer) => report(Comlink.transfer(this.#named(reports), transfer as Transferable[])),
      handOver: Comlink.transfer,
      importModule: (id) => this.#loader.load(id),
      ownModule: () => Promise.resolve(),
      yieldToMessages: yieldToEvents,
      hasher: createWebHasher,
      files: webFiles(createWebHasher),
      hasSlices: () => true,
    });
    const loaded = this.#load(entries, modules);
    const api: WorkerApi = {
      start: async (setup) => {
        await loaded;
        await program.start(setup);
      },
      run: (jobs, newTasks) => program.run(jobs, newTasks),
      cancel: (ids) => program.cancel(ids),
      hashChunks: (bytes, chunkSize) => program.hashChunks(bytes, chunkSize),
    };
    this.#serving = { program, port, leaving: () => void leaving() };
    Comlink.expose(api, port);
  }

  /**
   * Loads the slices at once, so that tasks are what stands in them, and not what an earlier text had by their names.
   * What does not load says so to the first job that needs it.
   */
  async #load(entries: Entries, modules: readonly LiveModule[]): Promise<void> {
    for (const [path, id] of entries) {
      const namespace = await this.#loader.load(id).catch(() => undefined);
      const name = modules.find((module) => module.id === id)?.name ?? path;
      registerExports(taskModule(name), namespace);
    }
  }

  async #reset(): Promise<void> {
    const serving = this.#serving;
    this.#serving = undefined;
    await serving?.program.cancelAll();
    serving?.port.close();
    this.#post({ type: 'idle' });
  }

  /** Errors tell of modules by their ids, which hold in other threads, too. */
  #named(reports: ReportColumns): ReportColumns {
    return reports.map((report) => ('error' in report ? { ...report, error: this.#namedError(report.error) } : report));
  }

  #namedError(error: WireError): WireError {
    if (error.kind === 'value') return error;
    if (error.kind === 'list') return { kind: 'list', items: error.items.map((item) => this.#namedError(item)) };
    const members = error.members.map(([name, member]) => [name, this.#namedError(member)] as const);
    return { ...error, stack: error.stack && this.#loader.named(error.stack), members };
  }
}
