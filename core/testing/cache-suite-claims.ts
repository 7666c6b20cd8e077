/** Cases of the cache suite: claims. */
import type { Cache, Claim } from '../cache.ts';
import {
  contentOf,
  digestOf,
  expectClaim,
  expectEntry,
  expectNoClaim,
  expectRefusals,
  putAndGet,
  withCache,
  withTwo,
  type Checks,
} from './cache-checks.ts';
import { expectEqual } from './expectations.ts';
import { withClock } from './altered-clock.ts';

const KEY = digestOf(contentOf(32, 60));
const OTHER_KEY = digestOf(contentOf(32, 61));

/** With one cache. */
export const CLAIMS: Checks = {
  'grants a claim once, until it is released': withCache(claimOnce),
  'grants claims of different keys': withCache(claimMany),
  'stores and finds what is claimed': withCache(claimAndStore),
  'refuses claims of what is no key': withCache(badKeys),
};

/** With caches that share a storage. */
export const SHARED_CLAIMS: Checks = {
  'grants a claim to one of two handles': withTwo(claimOfTwo),
  'grants a claim to one of many that ask at once': withTwo(claimAtOnce),
  'keeps a claim when the clock jumps': withTwo(claimAndJump),
};

async function claimOnce(cache: Cache): Promise<void> {
  const claim = await expectClaim(cache, KEY);
  await expectNoClaim(cache, KEY);
  await claim.release();
  const again = await expectClaim(cache, KEY);
  // What was released is not released again.
  await claim.release();
  await expectNoClaim(cache, KEY);
  await again.release();
  await (await expectClaim(cache, KEY)).release();
}

async function claimMany(cache: Cache): Promise<void> {
  const keys = Array.from({ length: 200 }, (_, index) => digestOf(contentOf(32, 1000 + index)));
  const claims = await Promise.all(keys.map((key) => expectClaim(cache, key)));
  for (const key of keys) await expectNoClaim(cache, key);
  for (const claim of claims) await claim.release();
  for (const key of keys) await (await expectClaim(cache, key)).release();
}

async function claimAndStore(cache: Cache): Promise<void> {
  const content = contentOf(100, 62);
  const key = digestOf(content);
  const claim = await expectClaim(cache, key);
  await expectEntry(cache, 'ac', key, undefined);
  await putAndGet(cache, 'ac', content);
  await putAndGet(cache, 'cas', content);
  await claim.release();
  await expectEntry(cache, 'ac', key, content);
}

async function badKeys(cache: Cache): Promise<void> {
  for (const key of ['', 'ab', `${KEY}0`, `../${KEY.slice(3)}`, KEY.replace(/^./, 'G'), `${KEY}\n`])
    await expectRefusals(`'${key}'`, { claim: () => cache.claim?.(key) });
}

async function claimOfTwo(cache: Cache, other: Cache): Promise<void> {
  const claim = await expectClaim(cache, KEY);
  await expectNoClaim(other, KEY);
  const second = await expectClaim(other, OTHER_KEY);
  await expectNoClaim(cache, OTHER_KEY);
  await claim.release();
  const taken = await expectClaim(other, KEY);
  await claim.release();
  await expectNoClaim(cache, KEY);
  await second.release();
  await taken.release();
  await (await expectClaim(cache, KEY)).release();
}

async function claimAtOnce(cache: Cache, other: Cache): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all(
      Array.from({ length: 10 }, async (_, index): Promise<Claim | undefined> =>
        (index % 2 === 0 ? cache : other).claim?.(KEY),
      ),
    );
    const granted = answers.filter((answer) => answer !== undefined);
    expectEqual(granted.length, 1, 'the number of those that have the claim');
    await granted[0]?.release();
  }
}

async function claimAndJump(cache: Cache, other: Cache): Promise<void> {
  const claim = await expectClaim(cache, KEY);
  for (const years of [30, -30]) {
    await withClock(years, async () => {
      await expectNoClaim(other, KEY);
      const second = await expectClaim(other, OTHER_KEY);
      await expectNoClaim(cache, OTHER_KEY);
      await second.release();
    });
    await expectNoClaim(other, KEY);
  }
  await claim.release();
  await (await expectClaim(other, KEY)).release();
}
