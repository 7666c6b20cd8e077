/** Child processes as an executor: each runs one job at a time, and takes nobody along when it crashes. */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

import type { Executor } from '../core/executor.ts';
import { checkNames, type OptionNames } from '../core/options.ts';
import type { AnyFunction } from '../core/task.ts';
import type { WorkerConnection, WorkerEvents } from '../core/worker-ports.ts';
import { WorkerPool } from '../core/worker-pool.ts';
import type { SchedulerApi } from '../core/worker-protocol.ts';
import type { ToldTask } from '../core/worker-tasks.ts';
import { endOf, lastWords, startFailure, startPilotProcess, streamOf } from './pilot/child-pilot.ts';
import { RemotePilot } from './pilot/remote-pilot.ts';
import { toldTask } from './told-task.ts';
import { later } from './workers.ts';

/** How many processes, and of which kind. */
export interface ProcessesOptions {
  /** How many. @default one a core */
  readonly size?: number;
  /** The environment of the processes: these variables beside, or with `undefined` without, those of this one. @default the same */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Their working directory. @default that of this process */
  readonly cwd?: string;
  /** A scheduled function without parameters that is called in each process before its first job. */
  readonly init?: AnyFunction;
  /**
   * A scheduled function without parameters that is called in each process before it ends, unless it is ended by force.
   * Where it throws, that is a warning of this process (`process.on('warning')`).
   */
  readonly finish?: AnyFunction;
  /** How long processes stay when no run uses them, in milliseconds. They never keep this one alive. @default 2000 */
  readonly idleTimeout?: number;
}

const OPTIONS: OptionNames<ProcessesOptions> = {
  size: true,
  env: true,
  cwd: true,
  init: true,
  finish: true,
  idleTimeout: true,
};

/**
 * Runs jobs in child processes, one at a time in each. They find tasks as worker threads do, and take ten times as long to
 * start; what they are for is code that may crash a whole process, wants an environment or a working directory of its own,
 * or has native parts that threads cannot share. The job of a process that ends runs again in another one. (Seed 001.)
 *
 * Tasks run on a worker thread of their process, where Node has no `process.chdir()` and no `process.abort()`: give the
 * option `cwd` in place of the former. How much memory they may have, `NODE_OPTIONS` says:
 * `env: { NODE_OPTIONS: '--max-old-space-size=4096' }`, in megabytes.
 *
 * @example
 * const connect = schedule(function connect() { globalThis.db = open(process.env.DB); });
 * await run(workflow, { executor: processes({ size: 4, init: connect, env: { DB: 'test.db' } }) });
 *
 * @throws RangeError where `size` is not a whole number from 1
 * @throws TypeError where `init` or `finish` is no scheduled function, or there is no such option
 */
export function processes(options: ProcessesOptions = {}): Executor {
  checkNames(options, OPTIONS, 'Cannot give processes the option');
  const { size = availableParallelism(), idleTimeout = 2000, env = {}, cwd } = options;
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`Cannot start ${size} processes: size must be a whole number from 1`);
  const ends = new Set<Promise<void>>();
  const settings: Settings = {
    env,
    cwd: cwd === undefined ? undefined : resolve(cwd),
    init: toldTask(options.init, 'init'),
    finish: toldTask(options.finish, 'finish'),
    ends,
  };
  return new WorkerPool({
    name: 'processes',
    idleTimeout,
    imports: true,
    later,
    supply: {
      most: size,
      free: Infinity,
      spawn: (name, scheduler, events) => startProcess(settings, name, scheduler, events),
      close: () => whileAlive(Promise.all(ends)),
    },
  });
}

/** What all processes of an executor have. */
interface Settings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string | undefined;
  readonly init: ToldTask | undefined;
  readonly finish: ToldTask | undefined;
  /** The ends of those that finish. */
  readonly ends: Set<Promise<void>>;
}

/** What processes do for their end keeps none alive, unless somebody waits for it. */
async function whileAlive(ends: Promise<unknown>): Promise<void> {
  const alive = setInterval(() => undefined, 2 ** 30);
  await ends;
  clearInterval(alive);
}

function startProcess(
  { env, cwd, init, finish, ends }: Settings,
  name: string,
  scheduler: SchedulerApi,
  events: WorkerEvents,
): WorkerConnection {
  const child = startPilotProcess({ args: [], cwd, env: { ...process.env, ...env } });
  const errors = lastWords(child.stderr);
  let failure: string | undefined;
  child.on('error', (error) => (failure = startFailure(error, cwd)));
  const pilot = new RemotePilot(streamOf(child), {
    name,
    isOneJob: true,
    argv: process.argv.slice(2),
    init,
    finish,
    explain: async (reason) => {
      const end = failure ?? (await endOf(child, reason));
      const said = errors();
      return said === '' ? end : `${end}. It said: ${said}`;
    },
  });
  child.stdout?.setEncoding('utf8').on('data', (text: string) => pilot.output('log', text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => pilot.output('error', text));
  const connection = pilot.spawn(name, scheduler, events);
  let isBusy = false;
  return {
    ...connection,
    source: `a process of Node ${process.versions.node}`,
    keepAlive: (wanted) => {
      isBusy = wanted;
      connection.keepAlive(wanted);
    },
    // What a task is in the midst of, nobody can finish.
    terminate: () => {
      if (finish === undefined || isBusy) return pilot.destroy('was ended');
      const end = new Promise<void>((tell) => (pilot.onEnd = () => tell())).finally(() => ends.delete(end));
      ends.add(end);
      pilot.close();
    },
  };
}
