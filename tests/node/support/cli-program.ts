/** The program `somen`, as a shell runs it. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../support/package-root.js';

export const PROGRAM: string = join(packageRoot, 'dist', 'node', 'cli', 'main.js');

/** The path of a script that `somen` is given. */
export const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/cli/${name}`, import.meta.url));

/** As in a plain shell: vitest's own variables would change how programs behave. */
const { NODE_OPTIONS: _options, FORCE_COLOR: _force, COLUMNS: _columns, ...inherited } = process.env;
export const environment: NodeJS.ProcessEnv = { ...inherited, TZ: 'UTC' };

/** What the program printed, and how it ended. */
export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it in a folder, to its end. */
export async function runSomen(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...environment, ...env }, maxBuffer: 2 ** 26 };
    const child = execFile(process.execPath, [PROGRAM, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** One that goes on until it is told to end. */
export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown[]>;
  text(stream: 'stdout' | 'stderr'): string;
  /** Waits until it has written something. */
  said(stream: 'stdout' | 'stderr', text: string): Promise<void>;
}

/** Starts it in a folder. */
export function startSomen(folder: string, args: readonly string[]): Started {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, env: environment });
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => (texts[stream] += chunk));
  const ended = once(child, 'close');
  return {
    process: child,
    ended,
    text: (stream) => texts[stream],
    async said(stream, text) {
      while (!texts[stream].includes(text))
        await Promise.race([once(child[stream], 'data'), ended.then(() => Promise.reject(new Error(texts.stderr)))]);
    },
  };
}
