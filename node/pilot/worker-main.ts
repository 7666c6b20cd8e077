/**
 * The program of a pilot's worker thread: the worker program of `core/worker-program.ts`, with messages as bytes, so that
 * the pilot's main thread only hands them on.
 */
import * as Comlink from 'comlink';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';

import { Keyer } from '../../core/key.ts';
import type { Platform } from '../../core/platform.ts';
import { realm } from '../../core/realm.ts';
import { ResultStore } from '../../core/result-store.ts';
import { contextOf } from '../../core/stored-names.ts';
import { textHash } from '../../core/task-identity.ts';
import type { Task, TaskReference } from '../../core/task.ts';
import { WireCodec } from '../../core/wire-codec.ts';
import { WorkerProgram } from '../../core/worker-program.ts';
import type { SchedulerApi, WorkerApi, WorkerStore } from '../../core/worker-protocol.ts';
import { WorkerResults } from '../../core/worker-results.ts';
import { nodeFiles } from '../files.ts';
import { createNodeHasher } from '../hasher.ts';
import { openCache } from '../open-cache.ts';
import { NODE } from '../platform.ts';
import { preloadedHooks } from '../preloaded-hooks.ts';
import { installSliceHooks } from '../slice-hooks.ts';
import { inheritedState, sliceHooks } from '../slice-state.ts';
import { frameLength } from './frames.ts';
import { MessageEndpoint } from './message-endpoint.ts';
import { folderUrl, moduleRoots, type ModuleRoots } from './module-roots.ts';
import { takeCode, type SentCode } from './sent-code.ts';
import { WINDOW } from './stream-connection.ts';
import type { FromThread, ThreadSettings, ToThread } from './thread-messages.ts';

/** A URL of `somen/node/register`. */
const SLICE_URL = /\?somen-slice(?:=|$)/;

/** Memories from this size on, in bytes, are moved to the other thread; shorter ones are copied faster. */
const MIN_TRANSFER = 4096;
/** So much is taken in before the other thread is told, in bytes: a message about each message would cost as much as they do. */
const TAKEN_STEP = 262_144;

/** What is under way to the scheduler. */
class Credit {
  /** In bytes. */
  #outstanding = 0;
  #waiting: (() => void)[] = [];

  get isUsedUp(): boolean {
    return this.#outstanding >= WINDOW;
  }

  use(bytes: number): void {
    this.#outstanding += bytes;
  }

  grant(bytes: number): void {
    this.#outstanding -= bytes;
    if (this.isUsedUp) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  }

  /** Ends when there is some. */
  async some(): Promise<void> {
    while (this.isUsedUp) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

if (parentPort !== null) serve(parentPort, workerData as ThreadSettings);

function serve(port: MessagePort, settings: ThreadSettings): void {
  const codec = new WireCodec();
  const credit = new Credit();
  const tell = (message: FromThread, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);
  const endpoint = new MessageEndpoint((message, transfer) => {
    const { head, buffers } = codec.encode(message);
    const own = buffers.map((buffer) => (isGivenAway(buffer, transfer) ? buffer : buffer.slice()));
    const length = frameLength({ head, buffers: own });
    const memories = new Set([head, ...own].map((bytes) => bytes.buffer as ArrayBuffer));
    tell(
      { type: 'message', head, buffers: own },
      [...memories].filter(({ byteLength }) => byteLength >= MIN_TRANSFER),
    );
    // What could not go out, as a memory that cannot be moved, never comes back as credit.
    credit.use(length);
  });
  const program = makeProgram(settings, credit, Comlink.wrap<SchedulerApi>(endpoint));
  captureStreams(program);
  Comlink.expose(apiOf(program, settings), endpoint);
  let taken = 0;
  port.on('message', (message: ToThread) => {
    switch (message.type) {
      case 'message':
        endpoint.receive(codec.decode(message.body));
        taken += message.length;
        if (taken < TAKEN_STEP) return;
        tell({ type: 'taken', bytes: taken });
        taken = 0;
        return;
      case 'grant':
        return credit.grant(message.bytes);
      case 'finish':
        void finish(program, settings).then((failure) => tell({ type: 'finished', failure }));
    }
  });
}

/** A view of a part of a memory would take the whole along, and what is not given away is used on. */
function isGivenAway({ buffer, byteLength }: Uint8Array, transfer: readonly ArrayBuffer[]): boolean {
  return transfer.includes(buffer as ArrayBuffer) && buffer.byteLength === byteLength;
}

/** What the scheduler of a pilot offers. */
type GiveCode = (reference: TaskReference) => Promise<SentCode | undefined>;

function makeProgram(
  settings: ThreadSettings,
  credit: Credit,
  { report, code }: Comlink.Remote<SchedulerApi>,
): WorkerProgram {
  const roots = moduleRoots(settings.root, folderUrl(process.cwd()));
  realm().scheduledAs = (url) => roots.toThere(url);
  const platform = platformAt(roots);
  const keyer = new Keyer(NODE.hasher(), platform);
  return new WorkerProgram({
    report: (reports, transfer) => report(Comlink.transfer(reports, transfer as ArrayBuffer[])),
    handOver: Comlink.transfer,
    importModule: async (url) => {
      await preloadedHooks();
      await sliceHooks();
      if (SLICE_URL.test(url)) installSliceHooks();
      return import(roots.toHere(url)) as Promise<unknown>;
    },
    ownModule: () => import(pathToFileURL(process.argv[1] ?? '').href) as Promise<unknown>,
    hasSlices: () => inheritedState() !== undefined,
    yieldToMessages: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await credit.some();
    },
    isCongested: () => credit.isUsedUp,
    hasher: createNodeHasher,
    files: nodeFiles(),
    version: (task) => keyer.version(task),
    textHash: (task) => textHash(task, keyer.hasher),
    ...(settings.acceptsCode && {
      receive: async (reference) => {
        const sent = await (code as unknown as GiveCode)(reference);
        return sent && takeCode(sent);
      },
    }),
    openStore: (store) => openResults(store, platform),
  });
}

/** This package's view of Node, where modules are called what the scheduler calls them. */
function platformAt(roots: ModuleRoots): Platform {
  const here = new WeakMap<Task, Task>();
  const taskHere = (task: Task): Task => {
    const module = task.module === undefined ? undefined : roots.toHere(task.module);
    if (module === task.module) return task;
    const known = here.get(task) ?? { ...task, module };
    here.set(task, known);
    return known;
  };
  return {
    ...NODE,
    moduleName: (url) => NODE.moduleName(roots.toHere(url)),
    codeOf: (task) => NODE.codeOf?.(taskHere(task)),
  };
}

async function openResults(options: WorkerStore, platform: Platform): Promise<WorkerResults> {
  const opened = await openCache(options.cache);
  return new WorkerResults((serializers) => {
    const keyer = new Keyer(NODE.hasher(), platform, serializers);
    return { keyer, store: new ResultStore(opened, keyer, contextOf(keyer), nodeFiles()) };
  }, options);
}

/** The program, as the scheduler sees it. */
function apiOf(program: WorkerProgram, { init, store }: ThreadSettings): WorkerApi {
  return {
    start: async (setup) => {
      await program.start({ ...setup, ...(store && { store }) });
      if (init !== undefined) await program.call(init);
    },
    run: (jobs, newTasks) => program.run(jobs, newTasks),
    cancel: (ids) => program.cancel(ids),
    hashChunks: (bytes, chunkSize) => program.hashChunks(bytes, chunkSize),
  };
}

/** Returns why that could not be, if so. */
async function finish(program: WorkerProgram, settings: ThreadSettings): Promise<string | undefined> {
  if (settings.finish === undefined) return undefined;
  try {
    await program.call(settings.finish);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** What tasks write to these streams belongs to their jobs, as what they write to the console. */
function captureStreams(program: WorkerProgram): void {
  for (const [stream, level] of [
    [process.stdout, 'log'],
    [process.stderr, 'error'],
  ] as const) {
    const original = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (...args: unknown[]): boolean => {
      const [chunk, ...others] = args;
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString();
      if (!program.output(level, text.replace(/\n$/, ''))) return original(...args);
      const written = others.find((other) => typeof other === 'function') as (() => void) | undefined;
      if (written !== undefined) process.nextTick(written);
      return true;
    };
  }
}
