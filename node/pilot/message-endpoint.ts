import type { Endpoint } from 'comlink';

/** Listeners as Comlink gives them. */
type Listener = Parameters<Endpoint['addEventListener']>[1];

/** Sends a message, whose buffers in `transfer` are not used here any more. */
export type SendMessage = (message: unknown, transfer: readonly ArrayBuffer[]) => void;

/** Comlink's endpoint of something that is no port: messages go out by a function, and come in by {@link receive}. */
export class MessageEndpoint implements Endpoint {
  readonly #send: SendMessage;
  readonly #listeners = new Set<Listener>();

  constructor(send: SendMessage) {
    this.#send = send;
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    this.#send(message, transfer as readonly ArrayBuffer[]);
  }

  addEventListener(_type: string, listener: Listener): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: string, listener: Listener): void {
    this.#listeners.delete(listener);
  }

  /** A message has come. */
  receive(data: unknown): void {
    const event = { data } as unknown as Event;
    for (const listener of this.#listeners)
      if (typeof listener === 'function') listener(event);
      else listener.handleEvent(event);
  }
}
