/** Scripts that Redis runs as one step. */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A script in Lua, and the name that Redis knows it by once it was told. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

/** Names a script. */
export function redisScript(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** Runs a script; a Redis that does not know it, as after a restart, is told its text. */
export async function runScript(
  redis: Redis,
  { text, sha }: RedisScript,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(text, keys.length, ...keys, ...args);
  }
}
