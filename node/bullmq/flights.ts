/** What a client has in a queue. */
import type { PoolJob } from '../../core/worker-batch.ts';
import type { QueuePlace } from './queue-connection.ts';
import type { PackedMessage } from './queue-values.ts';

/** A job that a session was given. */
export interface QueuedJob extends PoolJob {
  /** Whether no other goes into the queue with it: it may be one that ends workers. */
  isAlone: boolean;
  /** Whether its session was told that it has begun. */
  isAnnounced: boolean;
  /** How often it was put into the queue again, for no fault of its own. */
  returns: number;
  /** Whether nobody waits for it any more. */
  isOver: boolean;
  /** Where it is, if it is in the queue or about to be. */
  flight: Flight | undefined;
}

/** One name in the queue: what is computed under it, this client's jobs of that name wait for. */
export interface Flight extends QueuePlace {
  /** The job of BullMQ's that it is in. */
  id: string;
  readonly jobs: Set<QueuedJob>;
  /** Whether it is in the queue. Before, it is on its way there. */
  isSent: boolean;
  /** When it was sent, by `performance.now()`. */
  sent: number;
  /** Whether the code of its task went along. */
  hasCode: boolean;
  /** Who has begun with it, if that was told. */
  worker: string | undefined;
  /** How often it was looked for, and was not there. */
  missed: number;
  /** Whether its answer is here, and what is stored for it is being read. */
  isArriving: boolean;
}

/** Flights, by name and by the job of BullMQ's that they are in. */
export class Flights {
  readonly #byName = new Map<string, Flight>();
  readonly #byId = new Map<string, Set<Flight>>();
  /** Messages that this client has put into the queue. */
  readonly #messages = new Map<string, PackedMessage>();

  get size(): number {
    return this.#byName.size;
  }

  get(name: string): Flight | undefined {
    return this.#byName.get(name);
  }

  /** All, as they are now. */
  all(): readonly Flight[] {
    return [...this.#byName.values()];
  }

  get first(): Flight | undefined {
    return this.#byName.values().next().value;
  }

  /** All that are in one job of BullMQ's. */
  in(id: string): ReadonlySet<Flight> | undefined {
    return this.#byId.get(id);
  }

  /** The ids of all jobs of BullMQ's. */
  get ids(): readonly string[] {
    return [...this.#byId.keys()];
  }

  begin(name: string, job: QueuedJob): Flight {
    const flight: Flight = {
      name,
      id: name,
      jobs: new Set([job]),
      isSent: false,
      sent: Infinity,
      hasCode: false,
      worker: undefined,
      missed: 0,
      isArriving: false,
    };
    this.#byName.set(name, flight);
    this.#place(flight);
    return flight;
  }

  #place(flight: Flight): void {
    const others = this.#byId.get(flight.id);
    if (others === undefined) this.#byId.set(flight.id, new Set([flight]));
    else others.add(flight);
  }

  /** It is, or will be, in a job of BullMQ's. */
  move(flight: Flight, id: string): void {
    if (id === flight.id || this.#byName.get(flight.name) !== flight) return;
    this.#leave(flight);
    flight.id = id;
    this.#place(flight);
  }

  /** It is in the queue. */
  sent(flight: Flight): void {
    flight.isSent = true;
    flight.sent = performance.now();
  }

  /** The message of a job of BullMQ's. */
  keep(id: string, message: PackedMessage): void {
    this.#messages.set(id, message);
  }

  /** It is over. Returns the message that nobody needs any more, if it was the last one in there. */
  end(flight: Flight): PackedMessage | undefined {
    if (this.#byName.get(flight.name) !== flight) return undefined;
    this.#byName.delete(flight.name);
    if (!this.#leave(flight)) return undefined;
    const message = this.#messages.get(flight.id);
    this.#messages.delete(flight.id);
    return message;
  }

  /** Returns whether nothing else is in that job of BullMQ's. */
  #leave(flight: Flight): boolean {
    const others = this.#byId.get(flight.id);
    others?.delete(flight);
    if (others === undefined || others.size > 0) return false;
    return this.#byId.delete(flight.id);
  }
}
