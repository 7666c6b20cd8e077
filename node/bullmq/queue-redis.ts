/** Connections of clients and workers to the Redis of a queue: they come back by themselves, for as long as they are wanted. */
import { Redis } from 'ioredis';

import type { ParsedAddress } from './redis-address.ts';

/** A connection that has commands under way and hears nothing for this long, in milliseconds, is given up for another one. */
const SILENCE = 15_000;
/** How long to wait before connecting again, in milliseconds: at first, and at most. */
const FIRST_DELAY = 50;
const LONGEST_DELAY = 1000;

/** Connects. Commands wait until the connection is there, and go out again where it ended before their answers. */
export function connectQueue(address: ParsedAddress): Redis {
  return new Redis({
    socketTimeout: SILENCE,
    retryStrategy: (times) => Math.min(FIRST_DELAY * 2 ** (times - 1), LONGEST_DELAY),
    ...address.options,
    // BullMQ's condition.
    maxRetriesPerRequest: null,
  });
}

/** Ends a connection at once, also one to a network that does not answer. */
export function disconnectQueue(redis: Redis): void {
  redis.disconnect();
  redis.stream?.destroy();
}

/** Whether Redis refuses whoever connects like this, so that there is no point in trying again. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && /^(?:WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR invalid password)/.test(error.message);
}
