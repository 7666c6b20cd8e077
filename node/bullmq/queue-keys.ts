/** The names of a queue's keys in Redis. BullMQ's own are `<prefix>:<name>:...`; ours stand below them. */
import type { RedisAddress } from './redis-address.ts';
import { redisCache } from './redis-cache.ts';
import type { Cache } from '../../core/cache.ts';

/** See above. */
export interface QueueKeys {
  /** Where BullMQ keeps a job: this and its id. Behind that, its lock: `:lock`. */
  readonly jobs: string;
  /**
   * What all of ours begin with:
   *
   * - `workers` (by when they are to show that they live), `about` (what they say of themselves)
   * - `client:<client>`: there while a client lives. `answers:<client>`: a stream of what it is told
   * - `control`: a stream of what workers are told
   * - `waiting:<job>`: which clients want the result of a job that has a key; `owner:<job>`: the job of BullMQ's that
   *   computes it; `answer:<job>`: its result, for those who come a moment too late
   * - `readers:<name>`: how many have not read what is stored for a message
   * - `unwanted:<id>`: jobs in a job of BullMQ's that nobody wants any more
   */
  readonly own: string;
}

/** What BullMQ's keys begin with where nobody says otherwise: tools such as bull-board look there. */
export const DEFAULT_PREFIX = 'bull';

/** The keys of a queue. */
export function queueKeys(prefix: string, name: string): QueueKeys {
  const jobs = `${prefix}:${name}:`;
  return { jobs, own: `${jobs}somen:` };
}

/** For how long values stay that are on their way, in milliseconds. */
const VALUES_TTL = 24 * 3_600_000;
/** How long reading or writing one of them may take, in milliseconds. */
const VALUES_TIMEOUT = 30_000;

/** Where large values of a queue are while they are on their way, unless its client has said so. */
export function passingValues(connection: RedisAddress, { own }: QueueKeys): Cache {
  return redisCache(connection, {
    prefix: `${own}values`,
    ttl: VALUES_TTL,
    timeout: VALUES_TIMEOUT,
    retryAfter: 1,
  });
}

/**
 * @throws {TypeError} where BullMQ takes no such name
 */
export function checkQueueName(name: string): string {
  if (name !== '' && !name.includes(':')) return name;
  throw new TypeError(`Cannot use a queue named '${name}': a name is not empty and holds no ':'`);
}
