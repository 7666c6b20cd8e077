/** The cache that pilots read arguments from and store results in themselves, where they reach it. */
import { randomUUID } from 'node:crypto';

import type { Cache } from '../../core/cache.ts';
import { digestOf } from '../code-store.ts';
import { openCache } from '../open-cache.ts';
import type { RemotePilotOptions } from '../pilot/remote-pilot.ts';

/** Results whose encodings have fewer bytes are sent: a message costs less than a file. */
const THRESHOLD = 65_536;

/** Puts a content into the cache by which pilots see that theirs is the same one. */
export async function preparedStore(cache: Cache | string): Promise<RemotePilotOptions['store']> {
  const opened = typeof cache === 'string' ? await openCache(cache) : cache;
  const bytes = new TextEncoder().encode(
    `somen: pilots look for this to see whether they reach the cache. ${randomUUID()}`,
  );
  const probe = digestOf(bytes);
  await opened.put('cas', probe, bytes);
  return { cache: urlOf(cache), threshold: THRESHOLD, probe };
}

/** @throws TypeError where a cache is in this process only */
export function urlOf(cache: Cache | string): string {
  if (typeof cache === 'string') return cache;
  if (cache.url !== undefined) return cache.url;
  throw new TypeError(
    `Cannot let pilots use the cache ${cache.name}: other processes do not find it. Use fileCache on a shared folder, or httpCache`,
  );
}
