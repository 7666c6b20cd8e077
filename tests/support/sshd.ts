/** An OpenSSH server of the test's own, on a high port of the loopback, that lets in whoever has its key. */
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import { eventually } from './eventually.ts';
import { findPrograms, isProgram } from './find-program.ts';
import { freePort } from './free-port.ts';

/** A server that runs. */
export interface Sshd {
  readonly host: string;
  readonly port: number;
  /** Whom it lets in. */
  readonly user: string;
  /** The file of the key that it knows. */
  readonly identity: string;
  /** The file of a key that it does not know. */
  readonly otherIdentity: string;
  /** Options for `ssh` that make it trust this server, and ask nobody and no agent. */
  readonly options: readonly string[];
  /** What it wrote. */
  log(): string;
  stop(): Promise<void>;
}

/** It stands where ordinary users do not look, and wants to be called by its whole path. */
const program = findPrograms(['sshd'])[0] ?? ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find(isProgram);

/** Whether OpenSSH's server and client are there. CI must have them (Debian: openssh-server, openssh-client). */
export const hasSshd: boolean =
  process.env['CI'] !== undefined || (program !== undefined && findPrograms(['ssh', 'ssh-keygen']).length === 2);

/** What a server may be asked for. */
export interface SshdOptions {
  /** What the user's shell prints before it does anything, as login scripts do. @default nothing */
  readonly noise?: string;
}

/** Starts a server. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  if (program === undefined) throw new Error('Cannot start sshd: it is not installed (Debian: openssh-server)');
  const root = await mkdtemp(join(tmpdir(), 'somen-sshd-'));
  const port = await freePort();
  for (const name of ['host', 'user', 'other']) makeKey(join(root, name));
  await copyFile(join(root, 'user.pub'), join(root, 'authorized'));
  await writeFile(join(root, 'sshd_config'), configuration(root, port, options));
  // The folder of its privilege separation, which Debian's service makes.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const server = await startChild(program, ['-D', '-e', '-f', join(root, 'sshd_config')], ['ignore', 'ignore', 'pipe']);
  let log = '';
  server.process.stderr?.on('data', (data) => (log += String(data)));
  await untilListening(port, server, () => log);
  return {
    host: '127.0.0.1',
    port,
    user: userInfo().username,
    identity: join(root, 'user'),
    otherIdentity: join(root, 'other'),
    options: clientOptions(root),
    log: () => log,
    stop: async () => {
      await server.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function makeKey(path: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
}

function configuration(root: string, port: number, { noise }: SshdOptions): string {
  return `
Port ${port}
ListenAddress 127.0.0.1
HostKey ${root}/host
AuthorizedKeysFile ${root}/authorized
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
${noise === undefined ? '' : `ForceCommand printf '%s\\n' '${noise}'; eval "$SSH_ORIGINAL_COMMAND"`}
`;
}

function clientOptions(root: string): string[] {
  return [
    `UserKnownHostsFile=${root}/known_hosts`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=accept-new',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
  ];
}

async function untilListening(port: number, server: Child, log: () => string): Promise<void> {
  await eventually('sshd listens', async () => {
    if (server.process.exitCode !== null) throw new Error(`sshd did not start: ${log()}`);
    return canConnect(port);
  });
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
