/** A network that tests can cut: a TCP proxy on the loopback. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** See above. */
export interface CutProxy {
  /** Of the loopback. */
  readonly port: number;
  /** How many connections go through it now. */
  readonly connections: number;
  /** Ends all connections, and refuses new ones: a machine that is down, or a firewall that says so. */
  cut(): void;
  /** Lets nothing through in either direction, and says nothing: a cable that was pulled. New connections come about, and are silent. */
  freeze(): void;
  /** All as before. What was sent into a frozen connection arrives now, unless an end of it has given up meanwhile. */
  restore(): void;
  close(): Promise<void>;
}

/** Starts a proxy for a port of the loopback. */
export async function startCutProxy(target: number): Promise<CutProxy> {
  let state: 'open' | 'cut' | 'frozen' = 'open';
  const links = new Set<Link>();
  const server = createServer((near) => {
    if (state === 'cut') return void near.resetAndDestroy();
    const link = new Link(near, target, () => links.delete(link));
    links.add(link);
    if (state === 'frozen') link.freeze();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    state = 'cut';
    for (const link of links) link.end();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return links.size;
    },
    cut,
    freeze() {
      state = 'frozen';
      for (const link of links) link.freeze();
    },
    restore() {
      state = 'open';
      for (const link of links) link.thaw();
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One connection, and the one that it stands for. */
class Link {
  readonly #near: Socket;
  readonly #far: Socket;
  #isFrozen = false;

  constructor(near: Socket, target: number, ended: () => void) {
    this.#near = near;
    this.#far = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [this.#near, this.#far],
      [this.#far, this.#near],
    ] as const) {
      from.setNoDelay(true);
      from.on('data', (data) => {
        if (!to.write(data)) from.pause();
      });
      to.on('drain', () => {
        if (!this.#isFrozen) from.resume();
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        ended();
        // The end of one side does not get through a frozen network either.
        if (!this.#isFrozen) to.destroy();
      });
    }
  }

  freeze(): void {
    this.#isFrozen = true;
    this.#near.pause();
    this.#far.pause();
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const socket of [this.#near, this.#far]) {
      if (socket.destroyed) this.end();
      else socket.resume();
    }
  }

  end(): void {
    if (!this.#near.destroyed) this.#near.resetAndDestroy();
    if (!this.#far.destroyed) this.#far.resetAndDestroy();
  }
}
