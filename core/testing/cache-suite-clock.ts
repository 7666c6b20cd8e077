/** Cases of the cache suite: clocks that jump, as those of phones, of machines that wake up, and of others do. */
import type { Cache } from '../cache.ts';
import { withClock } from './altered-clock.ts';
import { contentOf, expectEntry, digestOf, MAPS, putAndGet, withCache, type Checks } from './cache-checks.ts';

/** With one cache. */
export const CLOCK: Checks = {
  'keeps what was put when the clock was wrong': withCache(putAtAnotherTime),
};

async function putAtAnotherTime(cache: Cache): Promise<void> {
  const now = contentOf(300, 80);
  for (const map of MAPS) await putAndGet(cache, map, now);
  for (const years of [30, -30]) {
    const then = contentOf(300, 81 + years);
    for (const map of MAPS) {
      await withClock(years, async () => {
        await expectEntry(cache, map, digestOf(now), now);
        await putAndGet(cache, map, then);
      });
      await expectEntry(cache, map, digestOf(then), then);
      await putAndGet(cache, map, then);
    }
  }
  for (const map of MAPS) await expectEntry(cache, map, digestOf(now), now);
}
