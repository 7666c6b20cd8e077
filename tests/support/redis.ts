/** A real Redis of the test's own: on a free port of the loopback, with its files in a folder that goes with it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrograms } from './find-program.ts';
import { freePort } from './free-port.ts';

/** A server, which may be down for a while. */
export interface RedisServer {
  /** `redis://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** Ends it as the machine's end would: at once, with nothing said. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and with the same files. */
  restart(): Promise<void>;
  /** Ends it, and removes its files. */
  close(): Promise<void>;
}

/** Options of {@link startRedis}. */
export interface RedisServerOptions {
  /** Whether it writes down what it is told (AOF, `everysec`), and knows it after a restart. @default false */
  readonly keepsData?: boolean;
  /** More of its options: `{ requirepass: 'secret' }`. @default none */
  readonly config?: Readonly<Record<string, string>>;
}

const program = findPrograms(['redis-server'])[0];

/** Whether there is a Redis. CI must have one. */
export const hasRedis: boolean = process.env['CI'] !== undefined || program !== undefined;
if (!hasRedis) console.warn('Not tested: what needs Redis, which is not installed (Debian: redis-server)');

/** Starts a server. */
export async function startRedis({ keepsData = false, config = {} }: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'somen-redis-'));
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  args.push('--appendonly', keepsData ? 'yes' : 'no', ...Object.entries(config).flatMap(([k, v]) => [`--${k}`, v]));
  let server = await start(port, args);
  // A test file that fails may not come to its end.
  const killNow = (): void => void server.kill('SIGKILL');
  process.once('exit', killNow);
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    killNow();
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    restart: async () => {
      await kill();
      server = await start(port, args);
    },
    close: async () => {
      process.off('exit', killNow);
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function start(port: number, args: readonly string[]): Promise<ChildProcess> {
  if (program === undefined) throw new Error('Cannot start Redis: it is not installed (Debian: redis-server)');
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (data) => (output += String(data)));
  const ended = once(server, 'exit').then(() => true);
  for (let tries = 0; tries < 400; tries++) {
    if (await answers(port)) return server;
    const isOver = await Promise.race([ended, new Promise<false>((resolve) => setTimeout(resolve, 25, false))]);
    if (isOver) throw new Error(`Redis did not start: ${output}`);
  }
  server.kill('SIGKILL');
  throw new Error(`Redis did not answer: ${output}`);
}

/** While it reads its files, it answers that it does; where it wants a password, that counts as an answer. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  try {
    socket.write('PING\r\n');
    const [reply] = (await once(socket, 'data')) as [Buffer];
    return !reply.toString().startsWith('-LOADING');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
