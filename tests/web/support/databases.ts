/** IndexedDB, as it is without the cache. */

let names = 0;

/** A name that no database has. */
export function freshName(): string {
  return `test-${Date.now()}-${Math.random().toString(36).slice(2)}-${names++}`;
}

/** The result of a request. */
export function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The request failed'));
  });
}

/** The names of what stands in an object store. */
export async function keysOf(database: string, store: string): Promise<IDBValidKey[]> {
  const opened = await settled(indexedDB.open(database));
  const keys = await settled(opened.transaction(store).objectStore(store).getAllKeys());
  opened.close();
  return keys;
}

/** What stands in an object store. */
export async function valuesOf<Value>(database: string, store: string): Promise<Value[]> {
  const opened = await settled(indexedDB.open(database));
  const values = await settled<Value[]>(opened.transaction(store).objectStore(store).getAll());
  opened.close();
  return values;
}
