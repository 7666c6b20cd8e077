/** Pilots in processes of their own on this machine: how they are started, and what is known of their ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { workerArguments } from '../exec-arguments.ts';
import type { PilotStream } from './stream-connection.ts';

/** The program of a pilot that was given its streams. */
const PROGRAM: string = fileURLToPath(new URL('./pilot-main.js', import.meta.url));

/** How many characters of what a process has written last are told. */
const TOLD = 2000;
/** How long the end of a stream waits for the end of its process, in milliseconds. */
const EXIT_TIME = 2000;

/** How a process is started. */
export interface ChildOptions {
  /** Arguments of the pilot. */
  readonly args: readonly string[];
  /** @default that of this process */
  readonly cwd?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Starts a pilot whose protocol is on file descriptor 3, so that whatever its tasks write elsewhere does no harm. */
export function startPilotProcess({ args, cwd, env }: ChildOptions): ChildProcess {
  const execArgv = workerArguments(process.execArgv) ?? process.execArgv;
  const inherited = execArgv.filter((argument) => !argument.startsWith('--inspect'));
  return spawn(process.execPath, [...inherited, PROGRAM, '--input', '3', '--output', '3', ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
}

/** The stream of such a process. */
export function streamOf(child: ChildProcess): PilotStream {
  const socket = child.stdio[3] as Socket;
  const others = [child.stdout, child.stderr].filter((stream) => stream !== null) as unknown as readonly Socket[];
  return {
    input: socket,
    output: socket,
    destroy: () => {
      socket.destroy();
      // It ends by itself when the stream does, unless it is stuck.
      child.kill('SIGKILL');
    },
    ref: () => {
      child.ref();
      socket.ref();
    },
    unref: () => {
      child.unref();
      socket.unref();
      for (const stream of others) stream.unref();
    },
  };
}

/** Why a process could not be started. Node says of a folder that is not there that the program is not. */
export function startFailure(error: Error, cwd: string | undefined): string {
  const isFolder = cwd === undefined || statSync(cwd, { throwIfNoEntry: false })?.isDirectory() === true;
  return `could not be started: ${isFolder ? error.message : `its working directory ${resolve(cwd)} is no folder`}`;
}

/** Keeps what a process has written last to a stream. */
export function lastWords(stream: Readable | null): () => string {
  let words = '';
  stream?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-TOLD)));
  return () => words.trim();
}

/** How a process ended: `exited with code 1`, `was ended by SIGKILL`; `reason` where it goes on. */
export async function endOf(child: ChildProcess, reason: string): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) {
    const patience = AbortSignal.timeout(EXIT_TIME);
    await once(child, 'exit', { signal: patience }).catch(() => undefined);
  }
  if (child.signalCode !== null) return `was ended by ${child.signalCode}`;
  return child.exitCode === null ? reason : `exited with code ${child.exitCode}`;
}
