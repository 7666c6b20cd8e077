/**
 * The worker that comes with this package. A bundler or a server may serve its file at another place, or none; then a
 * worker made of a Blob imports it by its URL, which also works across origins.
 */
import type { Endpoint } from 'comlink';

/** A worker of either kind. */
export interface StartedWorker {
  readonly endpoint: Endpoint;
  /** Where its program is from, for messages. */
  readonly source: string;
  terminate(): void;
  /** Tells why it did not come up; `event` is still to be handled. */
  onError(listener: (reason: string, event?: Event) => void): void;
}

/** A worker's program in this package. */
export interface PackagedWorker {
  /** Where its file is. */
  readonly url: string;
  /**
   * Starts it from there: written out in one piece, with `type: 'module'`. The literal form is what bundlers look for;
   * Vite 5 refuses any option that is not a literal, such as a name.
   */
  readonly start: () => Worker;
  /** What to do where nothing starts it. */
  readonly advice: string;
}

/** Starts a packaged worker from its file or, where that fails, from a Blob. */
export function startPackagedWorker(program: PackagedWorker, name: string): StartedWorker {
  return new DefaultWorker(program, name);
}

/** Starts the worker for tasks. */
export function startDefaultWorker(name: string): StartedWorker {
  return startPackagedWorker(DEFAULT, name);
}

const DEFAULT: PackagedWorker = {
  get url() {
    return new URL('./worker.js', import.meta.url).href;
  },
  start: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
  advice: 'With a bundler, give a worker module of your own: workers({ create })',
};

class DefaultWorker implements StartedWorker, Endpoint {
  readonly endpoint: Endpoint = this;
  readonly #program: PackagedWorker;
  readonly #name: string;
  readonly source: string;
  readonly #listeners = new Map<EventListenerOrEventListenerObject, AddEventListenerOptions | undefined>();
  /** What was sent before the worker showed that it is there, to be sent again to its substitute. */
  #sent: [message: unknown, transfer: Transferable[]][] | undefined = [];
  #worker: Worker;
  #terminated = false;
  #report: (reason: string) => void = () => undefined;

  constructor(program: PackagedWorker, name: string) {
    this.#program = program;
    this.#name = name;
    this.source = program.url;
    this.#worker = this.#start();
  }

  #start(): Worker {
    try {
      const worker = this.#program.start();
      this.#watch(worker, () => this.#substitute());
      return worker;
    } catch {
      return this.#startFromBlob();
    }
  }

  #startFromBlob(): Worker {
    const url = URL.createObjectURL(new Blob([`import ${JSON.stringify(this.source)};`], { type: 'text/javascript' }));
    const worker = new Worker(url, { type: 'module', name: this.#name });
    this.#watch(worker, (event) => {
      const reason =
        'message' in event && event.message !== ''
          ? `failed: ${event.message}`
          : 'could not be loaded, nor could a Blob that imports it';
      this.#report(`${reason}. ${this.#program.advice}`);
    });
    return worker;
  }

  /** Until the first message, an error means that the worker's script does not load. */
  #watch(worker: Worker, failed: (event: ErrorEvent | Event) => void): void {
    const onError = (event: Event): void => {
      event.preventDefault();
      stop();
      failed(event);
    };
    const stop = (): void => {
      worker.removeEventListener('error', onError);
      worker.removeEventListener('message', onMessage);
    };
    const onMessage = (): void => {
      stop();
      this.#sent = undefined;
    };
    worker.addEventListener('error', onError);
    worker.addEventListener('message', onMessage);
  }

  #substitute(): void {
    // The error may arrive after its end.
    if (this.#terminated) return;
    this.#worker.terminate();
    try {
      this.#worker = this.#startFromBlob();
    } catch (error) {
      this.#report(`could not be started: ${String(error)}`);
      return;
    }
    for (const [listener, options] of this.#listeners) this.#worker.addEventListener('message', listener, options);
    for (const [message, transfer] of this.#sent ?? []) this.#worker.postMessage(message, transfer);
  }

  onError(listener: (reason: string) => void): void {
    this.#report = listener;
  }

  terminate(): void {
    this.#terminated = true;
    this.#worker.terminate();
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
    this.#sent?.push([message, transfer]);
  }

  addEventListener(
    _type: string,
    listener: EventListenerOrEventListenerObject,
    options?: AddEventListenerOptions,
  ): void {
    this.#listeners.set(listener, options);
    this.#worker.addEventListener('message', listener, options);
  }

  removeEventListener(_type: string, listener: EventListenerOrEventListenerObject): void {
    this.#listeners.delete(listener);
    this.#worker.removeEventListener('message', listener);
  }
}
