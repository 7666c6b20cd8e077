/** Executors that a profile describes as data, which is all that JSON can: a line for each type. */
import type { Executor } from '../core/executor.ts';
import { hybrid } from '../core/hybrid.ts';
import { inline } from '../core/inline.ts';
import { nearest } from '../core/nearest.ts';
import type { ProfileData } from './profile-data.ts';
import { processes } from './processes.ts';
import { workers } from './workers.ts';

/** An executor as data: its type, and its options. */
export interface ExecutorData {
  /** `inline`, `workers`, `processes`, `hybrid`. */
  readonly type: string;
  readonly [option: string]: unknown;
}

type MakeExecutor = (data: ProfileData) => Executor | Promise<Executor>;

const TYPES: Readonly<Record<string, MakeExecutor>> = {
  inline: (data) => inline(data.options({ concurrency: 'number' })),
  workers: (data) => workers(data.options({ size: 'number', idleTimeout: 'number', resourceLimits: 'numbers' })),
  processes: (data) =>
    processes(data.options({ size: 'number', idleTimeout: 'number', env: 'textsByName', cwd: 'text' })),
  hybrid: makeHybrid,
};

/** @throws (rejects) SomenError, TypeError or RangeError where there is no such type, or an option is not what it should be */
export async function makeExecutor(data: ProfileData): Promise<Executor> {
  const type = data.text('type');
  const make = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (make !== undefined) return make(data);
  const guess = nearest(type, Object.keys(TYPES));
  return data.refuse(
    'type',
    `is '${type}': ${guess === undefined ? '' : `did you mean '${guess}'? `}there are ${Object.keys(TYPES).join(', ')}`,
  );
}

/** By their labels, which the hint `executor` of tasks names; others go to the first one. */
async function makeHybrid(data: ProfileData): Promise<Executor> {
  data.options({}, 'executors');
  const parts = data.object('executors');
  const executors: Record<string, Executor> = {};
  for (const label of parts.names) executors[label] = await makeExecutor(parts.object(label));
  return hybrid(executors);
}
