/** Claims in Redis: keys that expire unless their owner renews them. */
import { randomBytes } from 'node:crypto';

import type { Claim } from '../../core/cache.ts';
import type { RedisLink } from './redis-link.ts';
import { redisScript, runScript } from './redis-script.ts';

/** After how many milliseconds without a sign an owner counts as dead, by the server's clock. */
const EXPIRY = 10_000;

/** Sets a claim where there is none. The same owner may ask again: the answer to the first time was lost. */
const TAKE = redisScript(`
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`);

/** Only the owner's own: another one may have it by now. */
const RENEW = redisScript(`
for index, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[index + 1] then redis.call('PEXPIRE', key, ARGV[1]) end
end`);

const RELEASE = redisScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`);

/** The claims of one cache. */
export class RedisClaims {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #cache: string;
  readonly #owner = randomBytes(12).toString('base64url');
  /** Keys in Redis, and the tokens that stand there. */
  readonly #held = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #count = 0;
  #isRenewing = false;

  constructor(link: RedisLink, prefix: string, cache: string) {
    this.#link = link;
    this.#prefix = prefix;
    this.#cache = cache;
  }

  /** The claim of a key, or `undefined` where somebody has it, this cache included. */
  async take(key: string): Promise<Claim | undefined> {
    const name = this.#prefix + key;
    if (this.#held.has(name)) return undefined;
    const token = `${this.#owner}-${this.#count++}`;
    // Held before it is granted: who asks meanwhile is refused.
    this.#held.set(name, token);
    try {
      const granted = await this.#link.run(`Cannot claim a result in the cache ${this.#cache}`, (redis) =>
        runScript(redis, TAKE, [name], [token, EXPIRY]),
      );
      if (granted === 1) return this.#claim(name, token);
    } catch (error) {
      this.#held.delete(name);
      throw error;
    }
    this.#held.delete(name);
    return undefined;
  }

  #claim(name: string, token: string): Claim {
    this.#timer ??= setInterval(() => void this.#renew(), EXPIRY / 4).unref();
    return {
      release: async () => {
        if (this.#held.get(name) !== token) return;
        this.#held.delete(name);
        this.rest();
        await this.#link.run(`Cannot release a claim in the cache ${this.#cache}`, (redis) =>
          runScript(redis, RELEASE, [name], [token]),
        );
      },
    };
  }

  /** Ends what keeps claims alive, if there are none. */
  rest(): void {
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #renew(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    const names = [...this.#held.keys()];
    const tokens = [...this.#held.values()];
    try {
      await this.#link.run('Cannot renew claims', (redis) => runScript(redis, RENEW, names, [EXPIRY, ...tokens]));
    } catch {
      // The next time, or they expire.
    } finally {
      this.#isRenewing = false;
    }
  }
}
