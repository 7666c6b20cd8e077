/** Caches whose entries a test makes itself: records in their envelopes, contents in chunks. */
import { digest, encode, type Cache, type CacheEntry, type CacheMap } from 'somen';

const CHUNK = 4_194_304;

/** A cache in memory that lists its entries, with times that a test sets. */
export interface ListedCache extends Cache {
  readonly stored: Readonly<Record<CacheMap, Map<string, Uint8Array>>>;
  /** When the entries that are put from now on are said to be used. */
  time: number;
  entries(map: CacheMap): AsyncIterable<CacheEntry>;
}

export function listedCache(): ListedCache {
  const stored = { ac: new Map<string, Uint8Array>(), cas: new Map<string, Uint8Array>() };
  const used = new Map<string, number>();
  const cache: ListedCache = {
    name: 'listed',
    stored,
    time: 0,
    get: (map, name) => stored[map].get(name),
    put(map, name, bytes) {
      stored[map].set(name, bytes);
      used.set(name, cache.time);
    },
    delete: (map, name) => void stored[map].delete(name),
    async *entries(map) {
      for (const [name, { length }] of stored[map]) yield { map, name, size: length, used: used.get(name) ?? 0 };
    },
  };
  return cache;
}

/** Lower-case hex of some bytes. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The plain SHA-256. */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice()));
}

/** Puts a content, in chunks where it is long, and gives what names it. */
export async function putContent(cache: Cache, bytes: Uint8Array): Promise<{ digest: string; length: number }> {
  const put = async (part: Uint8Array): Promise<Uint8Array> => {
    const hash = await sha256(part);
    await cache.put('cas', hexOf(hash), part);
    return hash;
  };
  if (bytes.length <= CHUNK) return { digest: hexOf(await put(bytes)), length: bytes.length };
  const list: number[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK)
    list.push(...(await put(bytes.subarray(start, start + CHUNK))));
  return { digest: hexOf(await put(Uint8Array.from(list))), length: bytes.length };
}

/** Puts a record with some members beside the usual ones, and gives its key. */
export async function putRecord(
  cache: Cache,
  name: string,
  members: Readonly<Record<string, unknown>>,
): Promise<string> {
  const key = digest(name);
  const record = {
    format: 'somen/record/1',
    key,
    status: 'done',
    kind: 'value',
    task: 'poem/size',
    version: '1',
    ...members,
  };
  await cache.put('ac', key, await sealed(record));
  return key;
}

/** A record in its envelope. */
export async function sealed(record: unknown): Promise<Uint8Array> {
  const body = encode(record);
  return encode([(await sha256(body)).buffer, body.buffer]);
}
