/** Pilots as an executor: processes on this machine or others, which are launched while there is work for them. */
import { resolve } from 'node:path';

import type { Cache } from '../core/cache.ts';
import type { Executor } from '../core/executor.ts';
import { checkNames, type OptionNames } from '../core/options.ts';
import type { AnyFunction } from '../core/task.ts';
import { WorkerPool } from '../core/worker-pool.ts';
import { folderUrl } from './pilot/module-roots.ts';
import type { RemotePilotOptions } from './pilot/remote-pilot.ts';
import type { Launcher } from './pilots/launcher.ts';
import type { ListenOptions } from './pilots/pilot-listener.ts';
import { preparedStore, urlOf } from './pilots/pilot-store.ts';
import { PilotSupply } from './pilots/pilot-supply.ts';
import { toldTask } from './told-task.ts';
import { later } from './workers.ts';

/** Which pilots, how many, and what they do. Times are in milliseconds. */
export interface PilotsOptions {
  /** What starts them: `command`, `ssh`, `slurm`, `pbs`, `torque`, `gridEngine`, or one of your own. */
  readonly launch: Launcher;
  /** How many jobs each runs at the same time. @default the processors that the launcher asks for, else one a core there */
  readonly slots?: number;
  /** So many stay from the first job on, until the executor is closed. @default 0 */
  readonly min?: number;
  /** There are never more, those included that wait in a queue. @default 1 */
  readonly max?: number;
  /**
   * For how many of the jobs there should be a slot: with 1 for each, with 0.5 for every second one, with 0 one pilot has
   * to do. `clamp(ceil(jobs * parallelism / slots), min, max)` pilots are asked for.
   *
   * @default 1
   */
  readonly parallelism?: number;
  /** How long a pilot that is not needed stays without work. @default 60000 */
  readonly idleTimeout?: number;
  /** How long a pilot may run, from its start. @default what the launcher asks for, else without end */
  readonly wallTime?: number;
  /** How long before that it takes no more jobs. @default 60000, or a tenth of `wallTime` if that is less */
  readonly drain?: number;
  /** How long a pilot that runs may take to connect. @default 120000 */
  readonly connectTimeout?: number;
  /** How often signs of life are given, and after which silence a pilot counts as lost. @default { interval: 5000, timeout: 30000 } */
  readonly heartbeat?: { readonly interval?: number; readonly timeout?: number };
  /**
   * The folder of the project on this machine. Modules in it are imported from the pilots' working directory, wherever
   * that is. @default the working directory
   */
  readonly root?: string;
  /**
   * The cache of the runs, or its URL. Pilots that reach it read large arguments from it, and store their results
   * there. @default all goes by way of this process
   */
  readonly cache?: Cache | string;
  /** The URL of that cache for the pilots, where it is another one. @default the same */
  readonly cacheThere?: string;
  /** Where pilots connect to, unless the launcher gives them a stream. */
  readonly listen?: ListenOptions;
  /** Whether pilots run code that this process sends, for tasks that they do not have, or in another version. @default false */
  readonly acceptCode?: boolean;
  /** A scheduled function without parameters that is called in each worker of a pilot before its first job. */
  readonly init?: AnyFunction;
  /** A scheduled function without parameters that is called in each worker before it ends, unless it is ended by force. */
  readonly finish?: AnyFunction;
}

const OPTIONS: OptionNames<PilotsOptions> = {
  launch: true,
  slots: true,
  min: true,
  max: true,
  parallelism: true,
  idleTimeout: true,
  wallTime: true,
  drain: true,
  connectTimeout: true,
  heartbeat: true,
  root: true,
  cache: true,
  cacheThere: true,
  listen: true,
  acceptCode: true,
  init: true,
  finish: true,
};
const LISTEN: OptionNames<ListenOptions> = {
  host: true,
  port: true,
  bind: true,
  tls: true,
};
const HEARTBEAT: OptionNames<Required<PilotsOptions>['heartbeat']> = {
  interval: true,
  timeout: true,
};

/**
 * Runs jobs in pilots: processes `somen pilot`, on this machine or others, with worker threads that this process hands
 * jobs to. They are launched when there are jobs, and end when there are none. A pilot that is lost is replaced, and its
 * jobs run again in another one.
 *
 * @example
 * const lab = pilots({ launch: ssh('ada@lab3', { cwd: 'my-project' }) });
 * await run(workflow, { executor: lab });
 *
 * @example
 * const cluster = pilots({ launch: slurm({ partition: 'short', time: '1:00:00', cpus: 16 }), max: 20 });
 * await run(workflow, { executor: cluster });
 *
 * @throws RangeError where a number is out of its bounds
 * @throws TypeError where `launch` is no launcher, `cache` is one that pilots cannot find, or `init` or `finish` is no
 * scheduled function, or there is no such option
 */
export function pilots(options: PilotsOptions): Executor {
  checkNames(options, OPTIONS, 'Cannot give pilots the option');
  const { launch, idleTimeout = 60_000, connectTimeout = 120_000, listen = {}, cache } = options;
  checkLauncher(launch);
  checkNames(listen, LISTEN, 'Cannot give listen of pilots the option');
  checkHeartbeat(options.heartbeat);
  const { min = 0, max = Math.max(1, min), parallelism = 1, slots = launch.slots } = options;
  checkWhole('min', min, 0);
  checkWhole('max', max, Math.max(1, min));
  if (slots !== undefined) checkWhole('slots', slots, 1);
  checkBetween('parallelism', parallelism, 0, 1);
  checkBetween('idleTimeout', idleTimeout, 0, Infinity);
  checkBetween('connectTimeout', connectTimeout, 1, Infinity);
  const storesIn = cache === undefined ? undefined : urlOf(cache);
  const supply = new PilotSupply({
    launch,
    slots,
    min,
    max,
    parallelism,
    idleTimeout,
    connectTimeout,
    listen,
    args: pilotArguments(options, slots),
    remote: remoteOptions(options, connectTimeout),
  });
  return new WorkerPool({ name: 'pilots', supply, storesIn, imports: true, idleTimeout, later });
}

/** What comes after `somen pilot`, beside where to connect to. */
function pilotArguments(options: PilotsOptions, slots: number | undefined): readonly string[] {
  const { launch, cacheThere, acceptCode = false, wallTime = launch.wallTime } = options;
  const { drain = Math.min(60_000, (wallTime ?? Infinity) / 10) } = options;
  if (wallTime !== undefined) {
    checkBetween('wallTime', wallTime, 1, Infinity);
    checkBetween('drain', drain, 0, wallTime);
  }
  return [
    ...(slots === undefined ? [] : ['--slots', String(slots)]),
    ...(wallTime === undefined ? [] : ['--drain-after', String(Math.floor((wallTime - drain) / 1000))]),
    ...(cacheThere === undefined ? [] : ['--cache', cacheThere]),
    ...(acceptCode ? ['--accept-code'] : []),
  ];
}

/** What pilots are told: known when the first one is launched. */
function remoteOptions(options: PilotsOptions, connectTimeout: number): () => Promise<RemotePilotOptions> {
  const { root = process.cwd(), heartbeat, cache } = options;
  const told: RemotePilotOptions = {
    root: folderUrl(resolve(root)),
    argv: process.argv.slice(2),
    heartbeat,
    greetingTime: connectTimeout,
    init: toldTask(options.init, 'init'),
    finish: toldTask(options.finish, 'finish'),
    comparesVersions: true,
  };
  return async () => (cache === undefined ? told : { ...told, store: await preparedStore(cache) });
}

function checkHeartbeat(heartbeat: unknown): void {
  if (heartbeat === undefined) return;
  if (typeof heartbeat !== 'object' || heartbeat === null)
    throw new TypeError(
      `Cannot use ${String(heartbeat)} as heartbeat of pilots: it must be an object. Write heartbeat: { interval: 5000, timeout: 30000 }`,
    );
  checkNames(heartbeat, HEARTBEAT, 'Cannot give heartbeat of pilots the option');
  for (const [name, value] of Object.entries(heartbeat))
    if (value !== undefined) checkBetween(`heartbeat.${name}`, value as number, 1, Infinity);
}

function checkLauncher(launch: unknown): void {
  const methods = ['submit', 'status', 'cancel'];
  const isLauncher =
    typeof launch === 'object' &&
    launch !== null &&
    methods.every((name) => typeof Reflect.get(launch, name) === 'function');
  if (!isLauncher)
    throw new TypeError(
      `Cannot launch pilots: launch must have submit, status and cancel. Write pilots({ launch: ssh('lab3') }), or another launcher`,
    );
}

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`Cannot use ${String(value)} as ${name} of pilots: it must be a whole number from ${least}`);
}

function checkBetween(name: string, value: number, least: number, most: number): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  const bounds = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`Cannot use ${String(value)} as ${name} of pilots: it must be a number ${bounds}`);
}
