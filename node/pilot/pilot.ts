/** What a pilot does: it runs worker threads for a scheduler at the other end of a stream, and hands on what they say to each other. */
import { hostname } from 'node:os';

import { digestOf } from '../code-store.ts';
import { toWireError } from '../../core/wire-error.ts';
import { openCache } from '../open-cache.ts';
import { ownVersion } from '../own-version.ts';
import { folderUrl } from './module-roots.ts';
import { PROTOCOL, type FromPilot, type PilotHello, type PilotWelcome, type ToPilot } from './pilot-messages.ts';
import { StreamConnection, type PilotStream } from './stream-connection.ts';
import type { ThreadSettings } from './thread-messages.ts';
import { PilotThread } from './worker-thread.ts';

/** What a pilot is told by who starts it. */
export interface PilotOptions {
  /** How many worker threads it runs at most. */
  readonly slots: number;
  /** By which the scheduler knows it. */
  readonly token?: string | undefined;
  /** Whether it runs code that the scheduler sends. */
  readonly acceptsCode: boolean;
  /** The URL of the cache of the runs, where it is another one here than for the scheduler. */
  readonly cache?: string | undefined;
  /** After how many milliseconds it takes no more jobs. @default never */
  readonly drainAfter?: number | undefined;
}

/** How much longer than the scheduler a pilot waits for signs of life: a scheduler that is busy for a while comes back. */
const PATIENCE = 10;
/** Longer timers end at once, in milliseconds: 24 days. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Serves one scheduler; see above. */
export class Pilot {
  /** Resolves when it is over, with the reason where something went wrong. */
  readonly ended: Promise<string | undefined>;
  readonly #options: PilotOptions;
  readonly #connection: StreamConnection;
  readonly #threads = new Map<number, PilotThread>();
  /** The ends of workers that were told to end. */
  readonly #finishing = new Set<Promise<void>>();
  #settings: ThreadSettings | undefined;
  #argv: readonly string[] = [];
  #isDraining = false;
  #closing: Promise<void> | undefined;
  #end: (reason: string | undefined) => void = () => undefined;

  constructor(stream: PilotStream, options: PilotOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#connection = new StreamConnection(stream, {
      control: (message) => void this.#control(message as ToPilot),
      message: (channel, body, length) => this.#threads.get(channel)?.message(body, length),
      granted: (channel, bytes) => this.#threads.get(channel)?.grant(bytes),
      ended: (reason) => void this.#close(this.#settings === undefined ? reason : undefined),
    });
    this.#tell(helloOf(options));
    if (options.drainAfter !== undefined) this.#drainIn(options.drainAfter);
  }

  #tell(message: FromPilot): void {
    this.#connection.control(message);
  }

  async #control(message: ToPilot): Promise<void> {
    switch (message.type) {
      case 'welcome':
        return this.#welcome(message);
      case 'refuse':
        return this.#close(`was refused by the scheduler: ${message.reason}`);
      case 'open':
        return this.#open(message.channel);
      case 'end':
        return this.#endThread(message.channel, message.finishes);
      case 'close':
        return this.#close(undefined);
    }
  }

  async #welcome({ root, argv, heartbeat, init, finish, store }: PilotWelcome): Promise<void> {
    this.#connection.trust();
    this.#connection.watch({ interval: heartbeat.interval, timeout: PATIENCE * heartbeat.timeout });
    const cache = this.#options.cache ?? store?.cache;
    const reachesStore = store !== undefined && cache !== undefined && (await reaches(cache, store.probe));
    const own = reachesStore ? { cache, threshold: store.threshold } : undefined;
    const { acceptsCode } = this.#options;
    this.#argv = argv;
    const isSame = root === folderUrl(process.cwd());
    this.#settings = { root: isSame ? undefined : root, init, finish, store: own, acceptsCode };
    this.#tell({ type: 'ready', reachesStore });
    if (this.#isDraining) this.#tell({ type: 'draining' });
  }

  #open(channel: number): void {
    const settings = this.#settings;
    if (settings === undefined) return;
    const isThere = (): boolean => this.#threads.get(channel) === thread;
    const thread = new PilotThread(settings, this.#argv, {
      message: (parts) => isThere() && this.#connection.send(channel, parts),
      taken: (bytes) => isThere() && this.#connection.grant(channel, bytes),
      ended: (reason, cause) => this.#threadEnded(channel, thread, reason, cause),
      output: (level, text) => this.#tell({ type: 'output', channel, level, text }),
      unfinished: (reason) => this.#tell({ type: 'unfinished', channel, reason }),
    });
    this.#threads.set(channel, thread);
  }

  #endThread(channel: number, finishes: boolean): void {
    const thread = this.#threads.get(channel);
    this.#threads.delete(channel);
    this.#connection.forget(channel);
    if (thread === undefined) return;
    const end = (finishes ? thread.finish() : thread.terminate()).finally(() => this.#finishing.delete(end));
    this.#finishing.add(end);
  }

  #threadEnded(channel: number, thread: PilotThread, reason: string, cause: unknown): void {
    if (this.#threads.get(channel) !== thread) return;
    this.#threads.delete(channel);
    this.#tell({ type: 'ended', channel, reason, ...(cause !== undefined && { cause: toWireError(cause) }) });
    this.#connection.forget(channel);
  }

  /** Something came out of this process that no worker has written: what tasks start writes to its streams. */
  output(level: 'log' | 'error', text: string): void {
    if (this.#settings !== undefined) this.#tell({ type: 'output', level, text });
  }

  #drainIn(milliseconds: number): void {
    const step = Math.min(milliseconds, LONGEST_TIMER);
    setTimeout(() => (step < milliseconds ? this.#drainIn(milliseconds - step) : this.drain()), step).unref();
  }

  /** From now on it takes no more jobs; the scheduler ends it when those that it has are done. */
  drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    if (this.#settings !== undefined) this.#tell({ type: 'draining' });
  }

  /** Ends, once all workers have finished. What comes meanwhile, as the end of the stream of a scheduler that was done, does not cut that short. */
  #close(reason: string | undefined): Promise<void> {
    return (this.#closing ??= this.#finish(reason));
  }

  async #finish(reason: string | undefined): Promise<void> {
    const threads = [...this.#threads.values()];
    this.#threads.clear();
    const finishes = this.#settings?.finish !== undefined;
    await Promise.all([
      ...this.#finishing,
      ...threads.map((thread) => (finishes ? thread.finish() : thread.terminate())),
    ]);
    this.#connection.end('ended');
    this.#end(reason);
  }
}

function helloOf({ slots, token, acceptsCode }: PilotOptions): PilotHello {
  return {
    type: 'hello',
    protocol: PROTOCOL,
    somen: ownVersion(),
    node: process.versions.node,
    slots,
    host: hostname(),
    pid: process.pid,
    cwd: process.cwd(),
    ...(token !== undefined && { token }),
    acceptsCode,
  };
}

/** Whether the cache at a URL is the scheduler's: it has the content that the scheduler has just put there. */
async function reaches(url: string, probe: string): Promise<boolean> {
  try {
    const cache = await openCache(url);
    const bytes = await cache.get('cas', probe);
    return bytes !== undefined && digestOf(bytes) === probe;
  } catch {
    return false;
  }
}
