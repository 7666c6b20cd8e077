/** The demos' programs for Node, run as their users run them: in processes of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../support/package-root.ts';

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program under way. */
export interface Running {
  /** What it has written to its output so far. */
  readonly written: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

/** Starts `demo/node/NAME/NAME.mjs` in a folder. It is killed at the latest when the test ends. */
export function startProgram(name: string, args: readonly string[], cwd: string): Running {
  const path = join(packageRoot, 'demo', 'node', name, `${name}.mjs`);
  const child = spawn(process.execPath, [path, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  const stderr = text(child.stderr);
  const ended = once(child, 'close').then(async ([code]) => ({
    code: code as number | null,
    stdout,
    stderr: await stderr,
  }));
  return { written: () => stdout, kill: (signal) => void child.kill(signal), ended };
}

/** Runs one to its end. */
export function runProgram(name: string, args: readonly string[], cwd: string): Promise<Ended> {
  return startProgram(name, args, cwd).ended;
}

/** A folder of the test's own. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'somen-demo-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
