/** A client's presence at a queue: connected while it wants something, it shows that it lives, and looks who else does. */
import { SomenError } from '../../core/errors.ts';
import { QueueConnection, type QueueConnectionOptions } from './queue-connection.ts';
import type { WorkerNotice } from './queue-message.ts';
import { reasonOf, SECRETS_REMEDY } from './redis-errors.ts';

/** What a presence is for. */
export interface PresenceOptions extends Omit<QueueConnectionOptions, 'from' | 'returned'> {
  /** How long Redis may be away while something is wanted of it, in milliseconds. */
  readonly patience: number;
  readonly events: PresenceEvents;
}

/** What it finds out. */
export interface PresenceEvents {
  /** Whether there is something in the queue, or on its way. */
  isWanted(): boolean;
  /** These workers live. */
  counted(workers: readonly WorkerNotice[]): void;
  /** It is time to look whether what is in the queue is still there. Resolves with whether it should be looked again soon. */
  look(connection: QueueConnection): Promise<boolean>;
  /** Redis is not there, and was not for too long, or refuses this client. */
  failed(error: SomenError): void;
}

/** How often the client shows that it lives, and looks who else does, in milliseconds. */
const BEAT = 1000;
/** How often it looks whether what is in the queue is still there, in beats. */
const LOOK_EVERY = 5;
/** When the connection has been away, it looks at so many beats. */
const CLOSE_LOOKS = 4;
/** A client that wants nothing leaves after this long, in milliseconds: the next run comes soon, or the process ends. */
const REST_AFTER = 100;
/** How long Redis may take to be there at first, in milliseconds. */
const FIRST_PATIENCE = 10_000;

/** See above. */
export class QueuePresence {
  readonly #options: PresenceOptions;
  #connection: QueueConnection | undefined;
  /** The last message that was read. */
  #last = '0-0';
  /** How many things are under way that need the connection. */
  #busy = 0;
  #beat: NodeJS.Timeout | undefined;
  #untilLook = 0;
  /** So many times, it looks at each beat. */
  #closeLooks = 0;
  #isLooking = false;
  #rest: NodeJS.Timeout | undefined;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Does something with the connection, which is made if need be. Resolves with what went wrong, if something did. */
  async use(work: (connection: QueueConnection) => Promise<void>): Promise<SomenError | undefined> {
    const connection = (this.#connection ??= this.#connect());
    clearTimeout(this.#rest);
    this.#busy++;
    try {
      await work(connection);
    } catch (error) {
      // Why it was closed, all were told.
      if (this.#connection === connection) return this.failure(reasonOf(error), error);
    } finally {
      this.#busy--;
      this.restIfIdle();
    }
    return undefined;
  }

  /** Looks which workers live. */
  async count(): Promise<void> {
    await this.use(async (connection) => this.#options.events.counted(await connection.census()));
  }

  /** The connection, while there is one. */
  get connection(): QueueConnection | undefined {
    return this.#connection;
  }

  #connect(): QueueConnection {
    const connection: QueueConnection = new QueueConnection({
      ...this.#options,
      from: this.#last,
      // What was in the queue may be there no more, nor that this client lives.
      returned: () => {
        this.#closeLooks = CLOSE_LOOKS;
        void this.#tick(connection);
      },
    });
    this.#untilLook = LOOK_EVERY;
    this.#beat = setInterval(() => void this.#tick(connection), BEAT);
    return connection;
  }

  async #tick(connection: QueueConnection): Promise<void> {
    const { awaySince, wasThere, isRefused } = connection;
    if (awaySince !== undefined) {
      const { patience } = this.#options;
      const isTooLong = performance.now() - awaySince > (wasThere ? patience : Math.min(FIRST_PATIENCE, patience));
      if (isRefused || isTooLong) this.#giveUp(connection);
      return;
    }
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      this.#options.events.counted(await connection.census());
      if (this.#untilLook-- > 0 && this.#closeLooks === 0) return;
      this.#closeLooks = Math.max(0, this.#closeLooks - 1);
      this.#untilLook = LOOK_EVERY;
      if (await this.#options.events.look(connection)) this.#closeLooks = Math.max(1, this.#closeLooks);
    } catch {
      // It is away again: the next time.
    } finally {
      this.#isLooking = false;
    }
  }

  #giveUp(connection: QueueConnection): void {
    const remedy = connection.isRefused
      ? SECRETS_REMEDY
      : 'Start it, or give queue({ connection }) the address of one that runs';
    const why = connection.trouble === undefined ? 'it does not answer' : reasonOf(connection.trouble);
    const error = this.failure(`cannot reach Redis: ${why}. ${remedy}`, connection.trouble);
    void this.leave();
    this.#options.events.failed(error);
  }

  /** What went wrong with the queue, and not with a job. */
  failure(why: string, cause?: unknown): SomenError {
    const { name, address } = this.#options;
    const message = `Cannot use the queue '${name}' on ${address.name}: ${why}`;
    return new SomenError('ERR_QUEUE', message, cause === undefined ? undefined : { cause });
  }

  /** Leaves soon, if nothing is wanted. */
  restIfIdle(): void {
    clearTimeout(this.#rest);
    if (this.#connection === undefined || !this.#isIdle) return;
    this.#rest = setTimeout(() => {
      if (this.#isIdle) void this.leave();
    }, REST_AFTER);
  }

  get #isIdle(): boolean {
    return this.#busy === 0 && !this.#options.events.isWanted();
  }

  /** Leaves at once. */
  async leave(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    clearInterval(this.#beat);
    clearTimeout(this.#rest);
    if (connection === undefined) return;
    this.#last = connection.last;
    await connection.close();
  }
}
