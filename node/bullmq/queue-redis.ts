/** Connections of clients and workers to the Redis of a queue: they come back by themselves, for as long as they are wanted. */
import { Redis } from 'ioredis';

import type { ParsedAddress } from './redis-address.ts';

/** A connection on which no answer comes for this long, in milliseconds, is given up for another one. */
const SILENCE = 15_000;
/** How long to wait before connecting again, in milliseconds: at first, and at most. */
const FIRST_DELAY = 50;
const LONGEST_DELAY = 1000;

/**
 * Connects. `isBusy`: what is asked in one turn of the event loop goes in one write (but of commands by `callBuffer`, which
 * `ioredis` takes for another one then). Commands wait until the connection is there, and go out again where it ended
 * before their answers.
 */
export function connectQueue(address: ParsedAddress, isBusy: boolean = false): Redis {
  return new Redis({
    enableAutoPipelining: isBusy,
    retryStrategy: (times) => Math.min(FIRST_DELAY * 2 ** (times - 1), LONGEST_DELAY),
    ...address.options,
    // BullMQ's condition.
    maxRetriesPerRequest: null,
  });
}

/**
 * Waits for an answer. Where it does not come in time, the connection is one to a network that says nothing: it ends, and
 * another one takes its place, on which everything that was not answered is asked again. (The `socketTimeout` of `ioredis`
 * leaves a timer behind, for which a process that has finished waits.)
 */
export async function heard<T>(redis: Redis, answer: Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    if (redis.status === 'ready') redis.stream.destroy();
  }, SILENCE);
  try {
    return await answer;
  } finally {
    clearInterval(timer);
  }
}

/** Ends a connection at once, also one to a network that does not answer. */
export function disconnectQueue(redis: Redis): void {
  redis.disconnect();
  redis.stream?.destroy();
}
