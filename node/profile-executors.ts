/** Executors that a profile describes as data, which is all that JSON can: a line for each type. */
import type { Cache } from '../core/cache.ts';
import type { Executor } from '../core/executor.ts';
import { hybrid } from '../core/hybrid.ts';
import { inline } from '../core/inline.ts';
import { messageOf } from '../core/warnings.ts';
import type * as Queue from './bullmq/queue.ts';
import type { ListenOptions } from './pilots/pilot-listener.ts';
import { pilots } from './pilots.ts';
import { processes } from './processes.ts';
import type { ProfileData } from './profile-data.ts';
import { makeLauncher } from './profile-launchers.ts';
import { workers } from './workers.ts';

/** An executor as data: its type, and its options. */
export interface ExecutorData {
  /** `inline`, `workers`, `processes`, `pilots`, `queue`, `hybrid`. */
  readonly type: string;
  readonly [option: string]: unknown;
}

/** Makes one, for a profile with this cache. */
type MakeExecutor = (data: ProfileData, cache: Cache | undefined) => Executor | Promise<Executor>;

const TYPES: Readonly<Record<string, MakeExecutor>> = {
  inline: (data) => inline(data.options({ concurrency: 'number' })),
  workers: (data) => workers(data.options({ size: 'number', idleTimeout: 'number', resourceLimits: 'numbers' })),
  processes: (data) =>
    processes(data.options({ size: 'number', idleTimeout: 'number', env: 'textsByName', cwd: 'text' })),
  pilots: makePilots,
  queue: makeQueue,
  hybrid: makeHybrid,
};

/** @throws (rejects) SomenError, TypeError or RangeError where there is no such type, or an option is not what it should be */
export async function makeExecutor(data: ProfileData, cache: Cache | undefined): Promise<Executor> {
  return data.choose(TYPES)(data, cache);
}

/** Pilots use the cache of the profile, where they reach it. */
function makePilots(data: ProfileData, cache: Cache | undefined): Executor {
  const options = data.options(
    {
      slots: 'number',
      min: 'number',
      max: 'number',
      parallelism: 'number',
      idleTimeout: 'number',
      wallTime: 'number',
      drain: 'number',
      connectTimeout: 'number',
      heartbeat: 'numbers',
      root: 'text',
      cacheThere: 'text',
      acceptCode: 'flag',
    },
    'launch',
    'listen',
  );
  return pilots({
    launch: makeLauncher(data.object('launch')),
    ...(cache?.url !== undefined && { cache }),
    ...(data.has('listen') && { listen: listenOptions(data.object('listen')) }),
    ...options,
  });
}

function listenOptions(data: ProfileData): ListenOptions {
  const options = data.options({ host: 'text', port: 'number', bind: 'text' }, 'tls');
  const tls = data.oneOf('tls', ['token', false] as const);
  return { ...options, ...(tls !== undefined && { tls }) };
}

/** Its workers use the cache of the profile, too. */
async function makeQueue(data: ProfileData, cache: Cache | undefined): Promise<Executor> {
  const { connection, ...options } = data.options({
    connection: 'address',
    name: 'text',
    prefix: 'text',
    root: 'text',
    keep: 'number',
    batchTime: 'number',
    patience: 'number',
  });
  const { queue } = await importQueue(data);
  return queue({
    ...(connection !== undefined && { connection }),
    ...(cache?.url !== undefined && { cache }),
    ...options,
  });
}

/** Only then: it needs packages that not everybody has. */
async function importQueue(data: ProfileData): Promise<typeof Queue> {
  try {
    return await import('./bullmq/queue.ts');
  } catch (error) {
    return data.refuse('type', `is 'queue': ${messageOf(error)}. Install bullmq and ioredis`);
  }
}

/** By their labels, which the hint `executor` of tasks names; others go to the first one. */
async function makeHybrid(data: ProfileData, cache: Cache | undefined): Promise<Executor> {
  data.options({}, 'executors');
  const parts = data.object('executors');
  const executors: Record<string, Executor> = {};
  for (const label of parts.names) executors[label] = await makeExecutor(parts.object(label), cache);
  return hybrid(executors);
}
