/** A pilot, as the scheduler sees it: workers that are reached by one stream. */
import * as Comlink from 'comlink';

import { WorkerLoadError } from '../../core/errors.ts';
import type { LogLevel } from '../../core/events.ts';
import { fromWireError } from '../../core/wire-error.ts';
import type { WorkerConnection, WorkerEvents } from '../../core/worker-ports.ts';
import type { SchedulerApi, WorkerApi, WorkerStore } from '../../core/worker-protocol.ts';
import type { ToldTask } from '../../core/worker-tasks.ts';
import { MessageEndpoint } from './message-endpoint.ts';
import { codeToSend } from './sent-code.ts';
import { PROTOCOL, type FromPilot, type PilotHello, type ToPilot } from './pilot-messages.ts';
import { HEARTBEAT, StreamConnection, type Heartbeat, type PilotStream } from './stream-connection.ts';

/** How long a pilot may take to say who it is, in milliseconds. */
const GREETING_TIME = 30_000;
/** How long a pilot that was told to end may take, in milliseconds: its workers may have something to finish. */
const CLOSING_TIME = 10_000;
/** What is said of one that has not said who it is, or does so again. */
const STRANGER = 'does not speak the pilot protocol: hello comes first, and once';

/** What a scheduler tells a pilot, and wants of it. */
export interface RemotePilotOptions {
  /** The URL of the folder for which the pilot's working directory stands. @default modules are at the same place on both sides */
  readonly root?: string | undefined;
  /** The arguments of the script, for modules that look at them. @default none */
  readonly argv?: readonly string[];
  readonly heartbeat?: Partial<Heartbeat> | undefined;
  /** Whether a pilot that brings this token is expected. @default all are */
  readonly authorize?: (token: string | undefined) => boolean;
  /** Called in each worker before its first job. */
  readonly init?: ToldTask | undefined;
  /** Called in each worker before it ends. */
  readonly finish?: ToldTask | undefined;
  /** The cache of the runs, and a content in it by which the pilot knows that it is the same one. */
  readonly store?: (WorkerStore & { readonly probe: string }) | undefined;
  /** Whether the pilot's code may be another than the scheduler's. @default false */
  readonly comparesVersions?: boolean;
  /** Whether the end of one worker is the end of all, so that what it ran is to blame: a process for each job. @default false */
  readonly isOneJob?: boolean;
  /** What it is called in messages. @default its host and process */
  readonly name?: string;
  /** How long it may take to say who it is, in milliseconds. @default 30000 */
  readonly greetingTime?: number;
  /** Says more of a pilot that ended, as what it wrote last: in place of what its stream says. @default nothing */
  readonly explain?: (reason: string) => Promise<string>;
}

/** A worker of the pilot, from its start to its end. */
interface RemoteWorker {
  readonly endpoint: MessageEndpoint;
  readonly events: WorkerEvents;
}

/** See above. It can be given workers at once: they start when the pilot is there. */
export class RemotePilot {
  /** What the pilot says of itself. Rejects with a `WorkerLoadError` where there is none at the other end, or none that is wanted. */
  readonly ready: Promise<PilotHello>;
  /** Told once when the pilot is gone, whatever was the reason. */
  onEnd: (reason: string) => void = () => undefined;
  /** Told when it wants no more jobs. */
  onDraining: () => void = () => undefined;
  /** Told when its workers have something to do, and when none of them has any more. */
  onWork: (isAtWork: boolean) => void = () => undefined;
  readonly #options: RemotePilotOptions;
  readonly #stream: PilotStream;
  readonly #connection: StreamConnection;
  readonly #workers = new Map<number, RemoteWorker>();
  /** What is said once the pilot is taken. */
  #waiting: (() => void)[] | undefined = [];
  /** How many of the workers the process waits for. */
  readonly #awaited = new Set<number>();
  #nextChannel = 1;
  #hello: PilotHello | undefined;
  #reachesStore = false;
  #isDraining = false;
  #isClosing = false;
  #ended = false;
  #greet: (hello: PilotHello) => void = () => undefined;
  #refuse: (error: Error) => void = () => undefined;

  constructor(stream: PilotStream, options: RemotePilotOptions = {}) {
    this.#options = options;
    this.#stream = stream;
    this.ready = new Promise((resolve, reject) => {
      this.#greet = resolve;
      this.#refuse = reject;
    });
    this.ready.catch(() => undefined);
    this.#connection = new StreamConnection(stream, {
      control: (message) => this.#control(message as FromPilot),
      message: (channel, body, length) => this.#message(channel, body, length),
      ended: (reason) => this.#end(reason),
    });
    const { greetingTime = GREETING_TIME } = options;
    const timer = setTimeout(() => this.#connection.end(`did not greet within ${greetingTime / 1000} s`), greetingTime);
    timer.unref();
    this.ready.then(
      () => clearTimeout(timer),
      () => clearTimeout(timer),
    );
    stream.unref();
  }

  /** What it is called. */
  get name(): string {
    const { name } = this.#options;
    if (name !== undefined) return name;
    return this.#hello === undefined ? 'a pilot' : `${this.#hello.host}:${this.#hello.pid}`;
  }

  /** How many workers it can have; 0 before it is there. */
  get slots(): number {
    return this.#hello?.slots ?? 0;
  }

  /** How many workers it has. */
  get busy(): number {
    return this.#workers.size;
  }

  /** Whether it is gone. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Whether it takes no more workers. */
  get isDraining(): boolean {
    return this.#isDraining || this.#isClosing || this.#ended;
  }

  // ---- workers

  /** Starts a worker there; see `SpawnWorker`. */
  spawn(name: string, scheduler: SchedulerApi, events: WorkerEvents): WorkerConnection {
    const channel = this.#nextChannel++;
    const endpoint = new MessageEndpoint((message) => {
      if (this.#workers.has(channel))
        this.#whenTaken(() => this.#connection.send(channel, ownParts(this.#connection.codec.encode(message))));
    });
    this.#workers.set(channel, { endpoint, events });
    const workerName = `${this.name}/${channel}`;
    this.#whenTaken(() => this.#say({ type: 'open', channel, name: workerName }));
    Comlink.expose(this.#withCode(scheduler), endpoint);
    // Comlink's remote type promises what it cannot know; the protocol's methods all return promises already.
    const remote = Comlink.wrap<WorkerApi>(endpoint) as unknown as WorkerApi;
    const { start, run, cancel, hashChunks } = remote;
    const reachesStore = (): boolean => this.#reachesStore;
    return {
      api: {
        start: (setup) => start(setup),
        run: (jobs, newTasks) => run(jobs, newTasks),
        cancel: (ids) => cancel(ids),
        hashChunks: (bytes, chunkSize) => hashChunks(bytes, chunkSize),
      },
      source: this.name,
      name: this.#options.isOneJob === true ? name : workerName,
      home: this.name,
      comparesVersions: this.#options.comparesVersions ?? false,
      get reachesStore() {
        return reachesStore();
      },
      terminate: () => this.#terminate(channel),
      keepAlive: (wanted) => this.#keepAlive(channel, wanted),
    };
  }

  /** A pilot that takes code gets it from here. */
  #withCode({ report, leaving }: SchedulerApi): SchedulerApi {
    return { report, leaving, ...(this.#options.comparesVersions === true && { code: codeToSend }) };
  }

  /** Says it once the pilot is taken, in order. */
  #whenTaken(say: () => void): void {
    if (this.#waiting === undefined) say();
    else this.#waiting.push(say);
  }

  #terminate(channel: number): void {
    // What a task is in the midst of, nobody can finish.
    const finishes = this.#options.finish !== undefined && !this.#awaited.has(channel);
    if (!this.#forget(channel)) return;
    this.#whenTaken(() => this.#say({ type: 'end', channel, finishes }));
  }

  #forget(channel: number): boolean {
    const wasThere = this.#workers.delete(channel);
    this.#connection.forget(channel);
    this.#keepAlive(channel, false);
    if (this.#isDraining && this.#workers.size === 0) this.close();
    return wasThere;
  }

  #keepAlive(channel: number, wanted: boolean): void {
    const before = this.#awaited.size;
    if (wanted) this.#awaited.add(channel);
    else this.#awaited.delete(channel);
    const after = this.#awaited.size;
    if (before > 0 === after > 0) return;
    if (after > 0) this.#stream.ref();
    else this.#stream.unref();
    this.onWork(after > 0);
  }

  // ---- what the pilot says

  #say(message: ToPilot): void {
    this.#connection.control(message);
  }

  #control(message: FromPilot): void {
    if ((message.type === 'hello') !== (this.#hello === undefined)) return this.#connection.end(STRANGER);
    switch (message.type) {
      case 'hello':
        return this.#greeted(message);
      case 'ready':
        return this.#taken(message.reachesStore);
      case 'ended': {
        const worker = this.#workers.get(message.channel);
        if (!this.#forget(message.channel)) return;
        return worker?.events.ended(message.reason, message.cause && fromWireError(message.cause));
      }
      case 'output':
        return this.output(message.level, message.text, message.channel);
      case 'unfinished':
        // The jobs are done: no run is there to be told.
        return process.emitWarning(`Cannot finish worker ${this.name}/${message.channel}: ${message.reason}`);
      case 'draining':
        this.onDraining();
        return this.retire();
    }
  }

  #greeted(hello: PilotHello): void {
    const reason = this.#reasonToRefuse(hello);
    if (reason !== undefined) {
      this.#say({ type: 'refuse', reason });
      return this.#connection.end(`was refused: ${reason}`);
    }
    this.#hello = hello;
    this.#connection.trust();
    const { root, argv = [], init, finish, store } = this.#options;
    const heartbeat = { ...HEARTBEAT, ...this.#options.heartbeat };
    this.#say({ type: 'welcome', root, argv, heartbeat, init, finish, store });
    this.#connection.watch(heartbeat);
  }

  /** The token first: to whom it is none of their business, nothing is told. */
  #reasonToRefuse({ protocol, somen, token }: PilotHello): string | undefined {
    if (this.#options.authorize?.(token) === false) return 'its token is not one that was given out';
    if (protocol === PROTOCOL) return undefined;
    return `it speaks version ${protocol} of the pilot protocol (somen ${somen}), and this scheduler version ${PROTOCOL}. Install the same version of somen on both sides`;
  }

  #taken(reachesStore: boolean): void {
    this.#reachesStore = reachesStore;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const say of waiting) say();
    if (this.#hello !== undefined) this.#greet(this.#hello);
  }

  #message(channel: number, body: Uint8Array<ArrayBuffer>, length: number): void {
    if (this.#hello === undefined) return this.#connection.end(STRANGER);
    const worker = this.#workers.get(channel);
    // One that is over is forgotten.
    if (worker === undefined) return;
    this.#connection.grant(channel, length);
    worker.endpoint.receive(this.#connection.codec.decode(body));
  }

  /** Something came out of the pilot: of a worker, or of what one of its tasks has started. */
  output(level: LogLevel, text: string, channel?: number): void {
    const workers = [...this.#workers.values()];
    const worker = channel === undefined ? workers[0] : this.#workers.get(channel);
    worker?.events.output(level, text.replace(/\n$/, ''));
  }

  // ---- the end

  /** Gives it no more jobs: it ends once its workers have done those that they have. */
  retire(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    for (const { events } of this.#workers.values()) events.draining();
    if (this.#workers.size === 0) this.close();
  }

  /** Asks it to end, once its workers have finished. */
  close(): void {
    if (this.#ended || this.#isClosing) return;
    this.#isClosing = true;
    this.#whenTaken(() => this.#say({ type: 'close' }));
    const timer = setTimeout(() => this.#connection.end('was ended: it did not end by itself'), CLOSING_TIME);
    timer.unref();
    if (this.#waiting !== undefined) this.#connection.end('was ended before it was there');
  }

  /** Ends it at once. */
  destroy(reason: string): void {
    this.#connection.end(reason);
  }

  #end(reason: string): void {
    this.#ended = true;
    const { noise } = this.#connection;
    const said = noise === '' ? reason : `${reason}. It said: ${noise}`;
    const { explain } = this.#options;
    if (explain === undefined) return this.#tellEnd(said);
    // Until more is known of it, the process is there for those who wait.
    void explain(said).then((whole) => this.#tellEnd(whole));
  }

  #tellEnd(reason: string): void {
    this.#refuse(new WorkerLoadError(`Cannot use ${this.name}: it ${reason}`));
    const workers = [...this.#workers.entries()];
    for (const [channel] of workers) this.#forget(channel);
    const isHomeLost = this.#options.isOneJob !== true && this.#hello !== undefined;
    for (const [, { events }] of workers) events.ended(reason, undefined, isHomeLost);
    this.onEnd(reason);
  }
}

/** Copies: what is sent is what the values are now, and the stream may take it later. */
function ownParts({
  head,
  buffers,
}: {
  readonly head: Uint8Array<ArrayBuffer>;
  readonly buffers: readonly Uint8Array[];
}): {
  readonly head: Uint8Array<ArrayBuffer>;
  readonly buffers: readonly Uint8Array[];
} {
  return { head, buffers: buffers.map((buffer) => buffer.slice()) };
}
