/** Scripts that Redis runs as one step. */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A script in Lua, and the name that Redis knows it by once it was told. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

/** What a script is given. */
export type ScriptArgument = string | number | Buffer;

/** Names a script. */
export function redisScript(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** Runs a script; a Redis that does not know it, as after a restart, is told its text. Texts in its answer are strings. */
export async function runScript(
  redis: Redis,
  { text, sha }: RedisScript,
  keys: readonly string[],
  args: readonly ScriptArgument[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!isUnknown(error)) throw error;
    return redis.eval(text, keys.length, ...keys, ...args);
  }
}

/** As {@link runScript}, where texts in the answer may be any bytes. */
export async function runBinaryScript(
  redis: Redis,
  { text, sha }: RedisScript,
  args: readonly ScriptArgument[],
): Promise<unknown> {
  try {
    return await redis.callBuffer('EVALSHA', sha, 0, ...args);
  } catch (error) {
    if (!isUnknown(error)) throw error;
    return redis.callBuffer('EVAL', text, 0, ...args);
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
