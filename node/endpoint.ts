import type { Endpoint } from 'comlink';

/** The part of a `Worker` or a `MessagePort` of `worker_threads` that carries messages. */
interface NodePort {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Listeners as Comlink gives them. */
type Listener = Parameters<Endpoint['addEventListener']>[1];

/**
 * Makes Comlink's endpoint of a port of `worker_threads`. Comlink brings such an adapter, but only in a form that
 * neither TypeScript nor Node's module resolution finds under one name.
 */
export function nodeEndpoint(port: NodePort): Endpoint {
  const adapters = new Map<Listener, (message: unknown) => void>();
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer as readonly ArrayBuffer[] | undefined),
    addEventListener(_type, listener) {
      const adapter = (data: unknown): void => {
        const event = { data } as unknown as Event;
        if (typeof listener === 'function') listener(event);
        else listener.handleEvent(event);
      };
      adapters.set(listener, adapter);
      port.on('message', adapter);
    },
    removeEventListener(_type, listener) {
      const adapter = adapters.get(listener);
      if (adapter !== undefined) port.off('message', adapter);
      adapters.delete(listener);
    },
  };
}
