/** Damage to a cache in IndexedDB. */
import type { CacheMap } from 'somen/web';
import { settled } from './databases.ts';

/** Changes what is stored under a name, behind the cache's back: an entry stays what it was, a Blob or bytes. */
export async function corruptIndexedDb(
  database: string,
  map: CacheMap,
  name: string,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
): Promise<void> {
  const opened = await settled(indexedDB.open(database));
  const stored = await settled<Uint8Array | Blob>(opened.transaction(map).objectStore(map).get(name));
  const bytes = change(stored instanceof Blob ? new Uint8Array(await stored.arrayBuffer()) : stored.slice());
  const store = opened.transaction(map, 'readwrite').objectStore(map);
  if (bytes === undefined) await settled(store.delete(name));
  else await settled(store.put(stored instanceof Blob ? new Blob([new Uint8Array(bytes)]) : bytes, name));
  opened.close();
}
