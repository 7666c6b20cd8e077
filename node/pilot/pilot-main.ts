/**
 * The program of a pilot's process. Its protocol is on file descriptors of its own, so that nothing which a task, or a
 * program that a task starts, writes to standard output gets into it. Started by `processes` and by `somen pilot`.
 */
import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkServerIdentity, connect as connectSafely, type ConnectionOptions, TLSSocket } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { Pilot } from './pilot.ts';
import type { PilotStream } from './stream-connection.ts';
import { tokenTls } from './token-tls.ts';

/** By which the scheduler knows this pilot. Tasks do not see it. */
const TOKEN = 'SOMEN_PILOT_TOKEN';
/** So often it tries to connect, */
const MAX_TRIES = 5;
/** and waits so long at first, in milliseconds. */
const RETRY_DELAY = 500;

const { values } = parseArgs({
  options: {
    slots: { type: 'string', default: '1' },
    input: { type: 'string' },
    output: { type: 'string' },
    written: { type: 'string' },
    connect: { type: 'string' },
    tls: { type: 'string' },
    'tls-ca': { type: 'string' },
    'accept-code': { type: 'boolean', default: false },
    cache: { type: 'string' },
    'drain-after': { type: 'string' },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  const token = process.env[TOKEN];
  delete process.env[TOKEN];
  const stream = await openStream(token);
  const pilot = new Pilot(stream, {
    slots: Number(values.slots),
    token,
    acceptsCode: values['accept-code'],
    ...(values.cache !== undefined && { cache: values.cache }),
    ...(values['drain-after'] !== undefined && { drainAfter: Number(values['drain-after']) }),
  });
  if (values.written !== undefined) handOn(Number(values.written), pilot);
  process.on('SIGTERM', () => pilot.drain());
  // The terminal sends Ctrl-C to all processes; the scheduler says what comes of it.
  process.on('SIGINT', () => undefined);
  const reason = await pilot.ended;
  if (reason === undefined) return process.exit(0);
  process.stderr.write(`This pilot ${reason}\n`, () => process.exit(1));
  return 1;
}

async function openStream(token: string | undefined): Promise<PilotStream> {
  if (values.connect !== undefined) return streamOf(await connectBack(values.connect, token));
  const input = socketOf(Number(values.input), { readable: true, writable: values.output === values.input });
  if (values.output === values.input) return streamOf(input);
  const output = socketOf(Number(values.output), { readable: false, writable: true });
  const both = [input, output];
  return {
    input,
    output,
    destroy: () => both.forEach((socket) => socket.destroy()),
    ref: () => both.forEach((socket) => socket.ref()),
    unref: () => undefined,
  };
}

/** A terminal or a file has nobody at its other end. */
function socketOf(fd: number, options: { readonly readable: boolean; readonly writable: boolean }): Socket {
  try {
    return new Socket({ fd, ...options });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_INVALID_FD_TYPE') throw error;
    process.stderr.write(
      'Cannot run a pilot here: its standard input and output must be pipes. It is started by a script with pilots({ launch }), or connects to one that listens with --connect HOST:PORT\n',
    );
    process.exit(2);
  }
}

function streamOf(socket: Socket): PilotStream {
  return {
    input: socket,
    output: socket,
    destroy: () => socket.destroy(),
    ref: () => undefined,
    unref: () => undefined,
  };
}

/** Many pilots start at the same time, and a scheduler that is busy turns some away: they come again. */
async function connectBack(address: string, token: string | undefined): Promise<Socket> {
  for (let tries = 1; ; tries++) {
    const socket = connectTo(address, token);
    try {
      await once(socket, socket instanceof TLSSocket ? 'secureConnect' : 'connect');
      return socket.setNoDelay(true);
    } catch (error) {
      socket.destroy();
      if (tries >= MAX_TRIES || !isPassing(error)) {
        process.stderr.write(`This pilot cannot connect to ${address}: ${(error as Error).message}\n`);
        process.exit(1);
      }
      await sleep(RETRY_DELAY * 2 ** (tries - 1) * (0.5 + Math.random()));
    }
  }
}

function isPassing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'ETIMEDOUT' || code === 'EHOSTUNREACH';
}

/** `address`: `host:port`, with brackets around an IPv6 address. */
function connectTo(address: string, token: string | undefined): Socket {
  const end = address.lastIndexOf(':');
  const host = address.slice(0, end).replace(/^\[|\]$/g, '');
  const port = Number(address.slice(end + 1));
  const tls = tlsOptions(token);
  return tls === undefined ? connect({ host, port }) : connectSafely({ host, port, ...tls });
}

function tlsOptions(token: string | undefined): ConnectionOptions | undefined {
  const { tls, 'tls-ca': ca } = values;
  if (tls === 'token') return tokenTls(token ?? '');
  if (ca === undefined) return tls === undefined ? undefined : {};
  const trusted = readFileSync(ca);
  return {
    ca: trusted,
    checkServerIdentity: (host, certificate) =>
      // The scheduler's own certificate, whatever its host is called from here; one that an authority signed is for a host.
      certificate.raw.equals(new X509Certificate(trusted).raw) ? undefined : checkServerIdentity(host, certificate),
  };
}

/** What this process and its children wrote comes back from who started it, and goes to the scheduler. */
function handOn(descriptor: number, pilot: Pilot): void {
  const socket = new Socket({ fd: descriptor });
  socket.setEncoding('utf8').on('data', (text: string) => pilot.output('log', text));
  socket.on('error', () => undefined);
  socket.unref();
}
