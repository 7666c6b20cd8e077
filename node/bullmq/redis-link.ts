/**
 * A connection to Redis that is there when it is used: commands end in time, whatever the network does, and the process
 * does not stay for a connection that nobody waits for. (`ioredis` by itself reconnects for ever, with timers that keep
 * a process alive, and waits for ever for answers that a silent network has swallowed.)
 */
import { Redis } from 'ioredis';

import { SomenError, type SomenErrorCode } from '../../core/errors.ts';
import type { ParsedAddress } from './redis-address.ts';
import { isRefused, reasonOf, SECRETS_REMEDY } from './redis-errors.ts';

/** How long to wait before connecting again, in milliseconds: at first, and at most. */
const FIRST_DELAY = 20;
const LONGEST_DELAY = 500;

/** Options of {@link RedisLink}. */
export interface RedisLinkOptions {
  readonly address: ParsedAddress;
  /** How long a command may take, with all tries to connect, in milliseconds. */
  readonly timeout: number;
  /** The code of errors. */
  readonly code: SomenErrorCode;
}

/** Commands for one Redis; see above. */
export class RedisLink {
  readonly #options: RedisLinkOptions;
  #redis: Redis | undefined;
  readonly #dropped = new WeakSet<Redis>();
  /** How many commands are under way. */
  #pending = 0;
  /** How often it was closed. */
  #closings = 0;
  /** The last thing that went wrong with the connection. */
  #trouble: Error | undefined;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
  }

  /**
   * Does some work with the connection; it may be done twice, where the connection ends meanwhile.
   * @throws {SomenError} where Redis does not answer in time, or refuses.
   */
  async run<T>(what: string, work: (redis: Redis) => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#options.timeout;
    const closings = this.#closings;
    this.#pending++;
    try {
      for (let delay = FIRST_DELAY; ; delay = Math.min(2 * delay, LONGEST_DELAY)) {
        try {
          return await this.#tryOnce(work, deadline);
        } catch (error) {
          if (!(error instanceof Disconnected)) throw this.#failure(what, error);
          const isOver = isReply(this.#trouble) || performance.now() + delay > deadline;
          if (isOver) throw this.#failure(what, this.#trouble ?? error);
        }
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    } finally {
      this.#pending--;
      // What was under way at a `close` has connected again, and nobody else would end that.
      if (this.#pending === 0 && closings !== this.#closings) this.#end();
      this.#keepAlive();
    }
  }

  async #tryOnce<T>(work: (redis: Redis) => Promise<T>, deadline: number): Promise<T> {
    const redis = (this.#redis ??= this.#connect());
    this.#keepAlive();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`it did not answer within ${this.#options.timeout} ms`)),
        Math.max(0, deadline - performance.now()),
      );
    });
    try {
      return await Promise.race([work(redis), late]);
    } catch (error) {
      if (isReply(error)) throw error;
      // Whatever else goes wrong: the next command has another connection.
      this.#drop(redis);
      if (performance.now() >= deadline) throw error;
      throw new Disconnected((error as Error).message, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  #connect(): Redis {
    const { address, timeout } = this.#options;
    const redis = new Redis({
      ...address.options,
      connectTimeout: timeout,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
    });
    redis.on('error', (error) => (this.#trouble = error));
    redis.on('connect', () => this.#keepAlive());
    redis.on('ready', () => (this.#trouble = undefined));
    redis.on('end', () => {
      if (this.#redis === redis) this.#redis = undefined;
    });
    return redis;
  }

  #drop(redis: Redis): void {
    if (this.#redis === redis) this.#redis = undefined;
    // Each of many commands that did not come through drops it.
    if (this.#dropped.has(redis)) return;
    this.#dropped.add(redis);
    redis.disconnect();
    // A network that says nothing does not say either that it is closed.
    redis.stream?.destroy();
  }

  /** The process waits for commands, and not for the connection. */
  #keepAlive(): void {
    const stream = this.#redis?.stream;
    if (stream === undefined || stream === null) return;
    if (this.#pending > 0) stream.ref();
    else stream.unref();
  }

  #failure(what: string, error: unknown): SomenError {
    const { address, code } = this.#options;
    const why = reasonOf(error);
    const message = isReply(error)
      ? `${what}: Redis says: ${why}${isRefused(error) ? `. ${SECRETS_REMEDY}` : ''}`
      : `${what}: cannot reach Redis at ${address.name}: ${why}`;
    return new SomenError(code, message, { cause: error });
  }

  /** Ends the connection. What is under way makes another one, for as long as it takes; so does the next command. */
  close(): void {
    this.#closings++;
    this.#end();
  }

  #end(): void {
    const redis = this.#redis;
    if (redis !== undefined) this.#drop(redis);
  }
}

/** The connection ended before the answer came. */
class Disconnected extends Error {}

/** Whether a failure of {@link RedisLink.run} is an answer of Redis: it is there, and refuses. */
export function isRefusal(error: unknown): boolean {
  return error instanceof SomenError && isReply(error.cause);
}

/** Whether Redis has answered, with an error: it makes no sense to ask again. */
function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}
