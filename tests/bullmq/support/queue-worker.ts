/** Real workers of a queue: processes of `somen worker`. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../support/package-root.js';

const PROGRAM = join(packageRoot, 'dist', 'node', 'cli', 'main.js');

/** A process that is to become a worker. */
export interface StartedProcess {
  readonly process: ChildProcess;
  /** What it has written so far. */
  readonly output: () => string;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves once it has written this; rejects if it ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

/** A worker's process. */
export interface WorkerProcess extends StartedProcess {
  /** As the worker calls itself. */
  readonly name: string;
}

/** How to start one. */
export interface WorkerProcessOptions {
  readonly queue: string;
  readonly connection: string;
  /** @default 2 */
  readonly slots?: number;
  /** Further options of the program. The lock is short, so that tests need not wait. */
  readonly args?: readonly string[];
  /** Options of Node. */
  readonly node?: readonly string[];
  readonly cwd?: string;
  /** What the shell does before: `ulimit -f 8`. */
  readonly shell?: string;
  /** Whether the shell stays, and waits for it. @default false */
  readonly waits?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Vitest's own variables would make modules behave as in a test. */
const { NODE_ENV: _mode, VITEST: _vitest, NODE_OPTIONS: _options, ...environment } = process.env;

/** Starts a worker, and waits until it takes jobs. */
export async function startWorkerProcess(options: WorkerProcessOptions): Promise<WorkerProcess> {
  const started = spawnWorker(options);
  const [, name = ''] = await started.until(/^Worker (\S+) takes jobs/m);
  return { ...started, name };
}

/** Starts a worker. */
export function spawnWorker(options: WorkerProcessOptions): StartedProcess {
  const {
    queue,
    connection,
    slots = 2,
    args = [],
    node = [],
    cwd = packageRoot,
    env = {},
    shell,
    waits = false,
  } = options;
  const own = ['worker', '--queue', queue, '--connection', connection, '--slots', `${slots}`, '--lock', '2', ...args];
  const line = [process.execPath, ...node, PROGRAM, ...own];
  const [program = '', ...words] =
    shell === undefined
      ? line
      : ['sh', '-c', `${shell} && ${waits ? '"$0" "$@"; exit $?' : 'exec "$0" "$@"'}`, ...line];
  const child = spawn(program, words, { cwd, env: { ...environment, ...env } });
  // A test file that fails may not come to its end.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  let wake = (): void => undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      wake();
    });
  const ended = once(child, 'exit').then(([code, signal]) => {
    process.off('exit', kill);
    return (code ?? signal) as number | NodeJS.Signals;
  });
  const isOver = ended.then(() => wake());
  const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(output);
      if (found !== null) return found;
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The worker has ended: ${output}`);
      await Promise.race([isOver, new Promise<void>((resolve) => (wake = resolve))]);
    }
  };
  return { process: child, output: () => output, ended, kill: (signal) => void child.kill(signal), until };
}

/** As {@link startWorkerProcess}, for one test: it is killed at its end. */
export async function testWorker(options: WorkerProcessOptions): Promise<WorkerProcess> {
  const started = await startWorkerProcess(options);
  onTestFinished(async () => {
    started.kill('SIGKILL');
    await started.ended;
  });
  return started;
}
