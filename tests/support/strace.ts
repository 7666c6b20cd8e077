/** Programs that are killed between two system calls, by strace. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { findPrograms } from './find-program.ts';

const [program] = findPrograms(['strace']);

/** Whether there is an strace that may look at other programs. CI must have one. */
export const hasStrace: boolean =
  process.env['CI'] !== undefined || (program !== undefined && spawnSync(program, ['-f', '/bin/true']).status === 0);

/** How a program ended, and what it wrote: strace's lines on its standard error. */
export interface Traced {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly trace: string;
}

/** Runs a program under strace with these options. */
export async function trace(options: readonly string[], command: readonly string[]): Promise<Traced> {
  if (program === undefined) throw new Error('Cannot trace: strace is not installed (Debian: strace)');
  // Not with `--seccomp-bpf`, which is faster: strace 6.1 then forgets most of the signals that it is to send.
  const child = spawn(program, ['-f', ...options, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // One thread for files: the calls come in the same order each time.
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
  });
  let output = '';
  let lines = '';
  child.stdout.on('data', (data) => (output += String(data)));
  child.stderr.on('data', (data) => (lines += String(data)));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, output, trace: lines };
}
