/** A worker thread of a pilot, as its main thread sees it. */
import type { Worker } from 'node:worker_threads';

import type { BinaryParts } from '../../core/binary.ts';
import type { LogLevel } from '../../core/events.ts';
import { startNodeWorker, reasonOf } from '../worker-start.ts';
import type { FromThread, ThreadSettings, ToThread } from './thread-messages.ts';

const PROGRAM: URL = new URL('./worker-main.js', import.meta.url);

/** Bodies from this length on, in bytes, are moved to the thread; shorter ones are copied faster. */
const MIN_TRANSFER = 4096;
/** How tasks get more memory. */
const MORE_MEMORY = 'give it more by NODE_OPTIONS=--max-old-space-size=4096 (megabytes) in its environment';
/** How long a thread may take to finish, in milliseconds. */
const FINISH_TIME = 5000;

/** What a thread tells. */
export interface ThreadEvents {
  /** It says something to the scheduler. */
  readonly message: (parts: BinaryParts) => void;
  /** It has taken in a message of so many bytes. */
  readonly taken: (bytes: number) => void;
  /** It is gone without having been told so. */
  readonly ended: (reason: string, cause?: unknown) => void;
  /** Something came out of it, outside of any job. */
  readonly output: (level: LogLevel, text: string) => void;
  /** It did not finish, for this reason. Only where there is something to finish. */
  readonly unfinished?: (reason: string) => void;
}

/** See above. */
export class PilotThread {
  readonly #worker: Worker;
  readonly #events: ThreadEvents;
  #finished: (failure?: string) => void = () => undefined;

  /** `argv` is what modules see as the script's arguments. */
  constructor(settings: ThreadSettings, argv: readonly string[], events: ThreadEvents) {
    this.#events = events;
    const options = { argv: [...argv], workerData: settings, stdout: true, stderr: true };
    this.#worker = startNodeWorker(PROGRAM, options);
    this.#worker.on('message', (message: FromThread) => this.#take(message, events));
    this.#worker.on('error', (error: Error) => events.ended(reasonOf(error, MORE_MEMORY), error));
    this.#worker.once('messageerror', (error: Error) => events.ended(`sent what cannot be read: ${error.message}`));
    this.#worker.once('exit', (code) => {
      this.#finished();
      events.ended(`exited with code ${code}`);
    });
    this.#worker.stdout.setEncoding('utf8').on('data', (text: string) => events.output('log', text));
    this.#worker.stderr.setEncoding('utf8').on('data', (text: string) => events.output('error', text));
  }

  #take(message: FromThread, events: ThreadEvents): void {
    switch (message.type) {
      case 'message':
        return events.message(message);
      case 'taken':
        return events.taken(message.bytes);
      case 'finished':
        return this.#finished(message.failure);
    }
  }

  /** Hands on a message of the scheduler's. */
  message(body: Uint8Array<ArrayBuffer>, length: number): void {
    this.#post({ type: 'message', body, length }, body.length < MIN_TRANSFER ? [] : [body.buffer]);
  }

  /** The scheduler has taken in so many bytes. */
  grant(bytes: number): void {
    this.#post({ type: 'grant', bytes });
  }

  #post(message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** Ends it once it has finished, or when it takes too long. */
  async finish(): Promise<void> {
    const failure = await new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(`it took more than ${FINISH_TIME / 1000} s`), FINISH_TIME);
      this.#finished = (reason) => {
        clearTimeout(timer);
        resolve(reason);
      };
      this.#post({ type: 'finish' });
    });
    if (failure !== undefined) this.#events.unfinished?.(failure);
    await this.terminate();
  }

  /** Ends it at once. */
  async terminate(): Promise<void> {
    this.#worker.removeAllListeners('exit');
    await this.#worker.terminate();
  }
}
