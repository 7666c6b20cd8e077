/** Where pilots connect back to: a port of the scheduler's. */
import { createServer as createPlainServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createServer as createTlsServer } from 'node:tls';

import { WorkerLoadError } from '../../core/errors.ts';
import { tokenTlsServer } from '../pilot/token-tls.ts';
import type { PilotStream } from '../pilot/stream-connection.ts';

/** How pilots reach the scheduler where they connect back. */
export interface ListenOptions {
  /** The name or address of this machine, as the nodes see it. @default the first address that is not the loopback's */
  readonly host?: string;
  /** @default one that is free */
  readonly port?: number;
  /** The address to listen at, where it is another one: `'0.0.0.0'` for all. @default host */
  readonly bind?: string;
  /**
   * How connections are protected. With `'token'` both sides prove that they know the pilot's token, and nobody else
   * can read or change what they say; there are no certificates to care for. With a certificate, the pilots check that
   * it is signed by `ca`, and is for `host`. `false` sends all in the clear.
   *
   * @default 'token'
   */
  readonly tls?: 'token' | false | CertificateOptions;
}

/** A certificate of the scheduler's. */
export interface CertificateOptions {
  /** The private key, as PEM. */
  readonly key: string | Buffer;
  /** The certificate, as PEM. */
  readonly cert: string | Buffer;
  /** The file, on the nodes, of the authority that has signed it. @default those that Node trusts */
  readonly ca?: string;
}

/** What a listener needs to know, and tells. */
export interface ListenerEvents {
  /** The token with a public name, where a pilot is expected with it. */
  readonly tokenNamed: (name: string) => string | undefined;
  /** How many pilots are expected. */
  readonly expected: () => number;
  /** Somebody is there. Resolves to whether it is one of the pilots. */
  readonly connected: (stream: PilotStream) => Promise<boolean>;
}

/** What those may do of whom nothing is known yet: so many of them at once beside those that are expected, */
const MAX_STRANGERS = 64;
/** for so long, in milliseconds, */
const STRANGER_TIME = 20_000;
/** with so many bytes. */
const STRANGER_BYTES = 128 * 1024;

/** See above. */
export class PilotListener {
  readonly #options: ListenOptions;
  readonly #events: ListenerEvents;
  readonly #server: Server;
  readonly #strangers = new Map<string, Socket>();
  readonly #listening: Promise<void>;

  constructor(options: ListenOptions, events: ListenerEvents) {
    this.#options = options;
    this.#events = events;
    this.#server = this.#createServer();
    this.#listening = this.#listen();
    this.#listening.catch(() => undefined);
  }

  /**
   * Where it listens, and how a pilot is told to connect.
   *
   * @throws (rejects) WorkerLoadError where it cannot listen
   */
  async arguments(): Promise<readonly string[]> {
    await this.#listening;
    const { tls = 'token' } = this.#options;
    const { port } = this.#server.address() as AddressInfo;
    return ['--connect', `${bracketed(this.#host)}:${port}`, ...tlsArguments(tls)];
  }

  get #host(): string {
    return this.#options.host ?? ownAddress();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#strangers.values()) socket.destroy();
  }

  #createServer(): Server {
    const { tls = 'token' } = this.#options;
    const accept = (socket: Socket): void => void this.#accept(socket);
    if (tls === false) return createPlainServer((socket) => (this.#note(socket), accept(socket)));
    const timing = { handshakeTimeout: STRANGER_TIME };
    const server =
      tls === 'token'
        ? createTlsServer({ ...timing, ...tokenTlsServer(this.#events.tokenNamed) }, accept)
        : createTlsServer({ ...timing, key: tls.key, cert: tls.cert, minVersion: 'TLSv1.2' }, accept);
    server.on('connection', (socket: Socket) => this.#note(socket));
    // Nobody that is expected: the connection is closed already.
    server.on('tlsClientError', () => undefined);
    return server;
  }

  #listen(): Promise<void> {
    const { port = 0, bind = this.#host } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.on('error', (error) =>
        reject(new WorkerLoadError(`Cannot listen for pilots at ${bind}:${port}: ${error.message}`, { cause: error })),
      );
      this.#server.listen({ host: bind, port }, resolve);
      this.#server.unref();
    });
  }

  /** Nothing is known of it yet. */
  #note(socket: Socket): void {
    const key = keyOf(socket);
    socket.on('error', () => undefined);
    socket.unref();
    if (this.#strangers.size >= MAX_STRANGERS + this.#events.expected()) return void socket.destroy();
    this.#strangers.set(key, socket);
    const timer = setTimeout(() => this.#strangers.get(key)?.destroy(), STRANGER_TIME);
    timer.unref();
    socket.once('close', () => {
      clearTimeout(timer);
      this.#strangers.delete(key);
    });
  }

  async #accept(socket: Socket): Promise<void> {
    socket.on('error', () => undefined);
    socket.setNoDelay(true);
    const limit = (): void => {
      if (this.#strangers.has(keyOf(socket)) && socket.bytesRead > STRANGER_BYTES) socket.destroy();
    };
    socket.on('data', limit);
    const stream: PilotStream = {
      input: socket,
      output: socket,
      destroy: () => socket.destroy(),
      ref: () => socket.ref(),
      unref: () => socket.unref(),
    };
    if (await this.#events.connected(stream)) this.#strangers.delete(keyOf(socket));
    else socket.destroy();
    socket.off('data', limit);
  }
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function tlsArguments(tls: 'token' | false | CertificateOptions): readonly string[] {
  if (tls === false) return [];
  if (tls === 'token') return ['--tls', 'token'];
  return tls.ca === undefined ? ['--tls', 'certificate'] : ['--tls', 'certificate', '--tls-ca', tls.ca];
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Where others find this machine, as far as it knows. */
function ownAddress(): string {
  for (const addresses of Object.values(networkInterfaces()))
    for (const { address, family, internal } of addresses ?? []) if (!internal && family === 'IPv4') return address;
  return '127.0.0.1';
}
