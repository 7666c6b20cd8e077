/** A client's side of a queue in Redis: what it asks, puts there and is told. */
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';

import type { QueueKeys } from './queue-keys.ts';
import { isShared, type QueueJobData, type WorkerNotice } from './queue-message.ts';
import { connectQueue, disconnectQueue, heard } from './queue-redis.ts';
import { ATTACH, CANCEL, CENSUS, GO, MISSING, READ, TELL } from './queue-scripts.ts';
import type { ParsedAddress } from './redis-address.ts';
import { isAborted, isRefused } from './redis-errors.ts';
import { runBinaryScript, runScript, type RedisScript, type ScriptArgument } from './redis-script.ts';
import { StreamReader } from './stream-reader.ts';

/** Which queue, and whose connection. */
export interface QueueConnectionOptions {
  readonly address: ParsedAddress;
  readonly name: string;
  readonly prefix: string;
  readonly keys: QueueKeys;
  readonly client: string;
  /** The id of the last message that was read. */
  readonly from: string;
  /** Takes messages. */
  readonly take: (messages: readonly Buffer[]) => void;
  /** The connection is back after it was away. */
  readonly returned: () => void;
}

/** A job for BullMQ. */
export interface QueueJob {
  readonly id: string;
  /** For people: which tasks are in it. */
  readonly title: string;
  /** The less, the sooner; from 1. */
  readonly priority: number;
  readonly data: QueueJobData;
}

/** A job in a job of BullMQ's. */
export interface QueuePlace {
  readonly id: string;
  readonly name: string;
}

/** What became of a wish for the result of a call; see the script. */
export type Attached =
  | { readonly type: 'late'; readonly answer: Buffer }
  | { readonly type: 'shared'; readonly id: string; readonly worker: string | undefined }
  | { readonly type: 'new' }
  | { readonly type: 'finished' };

/** How often and how long to wait for BullMQ to end what is over, in milliseconds. */
const REMOVALS = 100;
const REMOVAL_DELAY = 20;
/** How long a farewell may take, in milliseconds. */
const FAREWELL = 1000;

/** See above. Its methods reject where Redis refuses, or once it is closed. */
export class QueueConnection {
  /** Since when the connection is away, by `performance.now()`. */
  awaySince: number | undefined = performance.now();
  /** Whether it was ever there. */
  wasThere = false;
  /** What last went wrong with it. */
  trouble: Error | undefined;
  readonly #options: QueueConnectionOptions;
  readonly #commands: Redis;
  readonly #listening: Redis;
  readonly #reader: StreamReader;
  readonly #queue: Queue<QueueJobData>;

  constructor(options: QueueConnectionOptions) {
    this.#options = options;
    const { address, name, prefix, keys, client, from, take } = options;
    this.#commands = connectQueue(address);
    this.#listening = connectQueue(address);
    this.#watch();
    this.#listening.on('error', () => undefined);
    this.#reader = new StreamReader(this.#listening, `${keys.own}answers:${client}`, from, (entries) =>
      take(entries.flatMap((fields) => fields.get('b') ?? [])),
    );
    this.#queue = new Queue(name, { connection: this.#commands, prefix });
    this.#queue.on('error', () => undefined);
  }

  #watch(): void {
    this.#commands.on('error', (error) => (this.trouble = error));
    this.#commands.on('close', () => (this.awaySince ??= performance.now()));
    this.#commands.on('ready', () => {
      const wasAway = this.wasThere && this.awaySince !== undefined;
      this.awaySince = undefined;
      this.trouble = undefined;
      this.wasThere = true;
      if (wasAway) this.#options.returned();
    });
  }

  /** Whether Redis refuses this client. */
  get isRefused(): boolean {
    return isRefused(this.trouble);
  }

  /** The id of the last message that was read. */
  get last(): string {
    return this.#reader.last;
  }

  /** Shows that this client lives; says which workers do. */
  async census(): Promise<readonly WorkerNotice[]> {
    const { client } = this.#options;
    const notices = await heard(this.#commands, this.#script(CENSUS, [client, this.last]));
    return (notices as readonly string[]).map((text) => JSON.parse(text) as WorkerNotice);
  }

  /** Wishes for the results of calls, each with the id under which it would be put into the queue. */
  async attach(places: readonly QueuePlace[]): Promise<readonly Attached[]> {
    if (places.length === 0) return [];
    const { keys, client } = this.#options;
    const args = [keys.own, keys.jobs, client, ...places.flatMap(({ name, id }) => [name, id])];
    const found = await insist(() => runBinaryScript(this.#commands, ATTACH, args));
    return (found as readonly (readonly Buffer[])[]).map(attachedOf);
  }

  async add(jobs: readonly QueueJob[], keep: number): Promise<void> {
    const opts = { attempts: 1, stackTraceLimit: 1, removeOnComplete: { count: keep }, removeOnFail: { count: keep } };
    const [first, ...others] = jobs.map(({ id, title, priority, data }) => ({
      name: title,
      data,
      opts: { ...opts, jobId: id, priority },
    }));
    if (first === undefined) return;
    // Of one job, a transaction costs more than the job. What has been put there already is not put there twice.
    if (others.length === 0) await insist(() => this.#queue.add(first.name, first.data, first.opts));
    else await insist(() => this.#queue.addBulk([first, ...others]));
  }

  /** Removes a job that is only kept to be looked at, or is about to be, or is not run. Returns whether it is gone. */
  async removeFinished(id: string): Promise<boolean> {
    for (let tries = 0; tries < REMOVALS; tries++) {
      if ((await this.#queue.remove(id)) === 1) return true;
      await new Promise((resolve) => setTimeout(resolve, REMOVAL_DELAY));
    }
    return false;
  }

  /** Says that this client does not want jobs any more. Those that nobody else wants are removed, or stopped where they run. */
  async cancel(places: readonly QueuePlace[], again: (name: string) => Buffer): Promise<void> {
    const args = places.flatMap(({ id, name }) => [id, name, isShared(name) ? 1 : 0]);
    const unwanted = (await this.#script(CANCEL, [this.#options.client, ...args])) as readonly number[];
    const ids = new Set(places.filter((_, index) => unwanted[index] === 1).map(({ id }) => id));
    for (const id of ids) {
      // Only what waits can be removed, and what has several jobs may have others that are wanted.
      const inside = places.filter((place) => place.id === id);
      if (inside.length > 1 || inside[0]?.name !== id) continue;
      if ((await this.#queue.remove(id)) !== 1 || !isShared(id)) continue;
      // Somebody may have come in this moment.
      await this.#tellAgain(id, again(id));
    }
  }

  /** Takes a job that no worker runs out of the queue. Others who want it put it there again, and learn why it was not run. */
  async withdraw({ id, name }: QueuePlace, again: Buffer): Promise<void> {
    if (id === name && isShared(name) && (await this.removeFinished(id))) await this.#tellAgain(id, again);
  }

  async #tellAgain(id: string, again: Buffer): Promise<void> {
    await this.#script(TELL, ['', '', id, this.#options.client, id, 'over', again, '', '']);
  }

  /** Which of these jobs of BullMQ's are neither waiting nor running. */
  async missing(ids: readonly string[]): Promise<readonly string[]> {
    if (ids.length === 0) return [];
    const flags = (await heard(
      this.#commands,
      this.#script(MISSING, [this.#options.keys.jobs, ...ids]),
    )) as readonly number[];
    return ids.filter((_, index) => flags[index] === 1);
  }

  /** What is stored for a message was read. Returns whether nobody else is to read it. */
  async read(stored: string): Promise<boolean> {
    return ((await this.#script(READ, [stored])) as number) <= 0;
  }

  #script(script: RedisScript, args: readonly ScriptArgument[]): Promise<unknown> {
    return runScript(this.#commands, script, [], [this.#options.keys.own, ...args]);
  }

  /** Goes, and takes what it was told along. */
  async close(): Promise<void> {
    this.#reader.close();
    disconnectQueue(this.#listening);
    if (this.awaySince === undefined) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => (timer = setTimeout(resolve, FAREWELL)));
      await Promise.race([this.#script(GO, [this.#options.client]).catch(() => undefined), late]);
      clearTimeout(timer);
    }
    await this.#queue.close().catch(() => undefined);
    disconnectQueue(this.#commands);
  }
}

/** Does what makes no difference if it is done twice, until it is known that it was done. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isAborted(error)) throw error;
    }
  }
}

function attachedOf([type, detail, worker]: readonly Buffer[]): Attached {
  switch (String(type)) {
    case 'late':
      return { type: 'late', answer: detail ?? Buffer.alloc(0) };
    case 'shared':
      return { type: 'shared', id: String(detail), worker: String(worker) || undefined };
    case 'finished':
      return { type: 'finished' };
    default:
      return { type: 'new' };
  }
}
