import { SomenError } from 'somen';
import { indexedDbCache } from 'somen/web';
import { cacheSuite } from 'somen/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { server } from 'vitest/browser';

const CONTENT = new TextEncoder().encode('somen');
const NAME = '05'.repeat(32);

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('indexedDbCache', () => {
  for (const { name, run } of cacheSuite((storage) => indexedDbCache(storage), { persistent: true })) test(name, run);

  test('is named after its database', () => {
    expect(indexedDbCache().name).toBe('indexeddb:somen');
    expect(indexedDbCache('other').name).toBe('indexeddb:other');
  });

  test('gathers what is asked for at once into one transaction of each kind', async () => {
    const transactions = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const cache = indexedDbCache(freshName());
    const names = Array.from({ length: 200 }, (_, index) => index.toString(16).padStart(64, '0'));
    await Promise.all(names.map(async (name) => cache.put('ac', name, CONTENT)));
    await Promise.all(names.map(async (name) => cache.get('ac', name)));
    expect(transactions.mock.calls.map(([, mode]) => mode)).toEqual(['readwrite', 'readonly']);
    await cache.close?.();
  });

  test('stores only the bytes of a view, and large entries as Blobs', async () => {
    const name = freshName();
    const cache = indexedDbCache(name);
    await cache.put('cas', NAME, new Uint8Array(1_000_000).subarray(5, 15));
    await cache.put('ac', NAME, new Uint8Array(100_000));
    await cache.close?.();
    const [small, large] = await stored(name);
    expect((small as Uint8Array).buffer.byteLength).toBe(10);
    // WebKit refuses Blobs in its private mode.
    if (server.browser !== 'webkit') expect(large).toBeInstanceOf(Blob);
  });

  test('takes bytes of shared memory when the page has it', async ({ skip }) => {
    if (typeof SharedArrayBuffer === 'undefined') skip('not isolated');
    const cache = indexedDbCache(freshName());
    for (const [map, length] of [
      ['ac', 10],
      ['cas', 100_000],
    ] as const) {
      await cache.put(map, NAME, new Uint8Array(new SharedArrayBuffer(length)).fill(3));
      expect((await cache.get(map, NAME))?.at(-1)).toBe(3);
    }
    await cache.close?.();
  });

  test('stores large entries as bytes when the browser refuses Blobs', async () => {
    const put = IDBObjectStore.prototype.put;
    // What WebKit does in its private mode, here in every browser.
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      value: unknown,
      key?: IDBValidKey,
    ) {
      if (value instanceof Blob)
        throw new DOMException('Error preparing Blob/File data to be stored in object store', 'UnknownError');
      return put.call(this, value, key);
    });
    const cache = indexedDbCache(freshName());
    const large = new Uint8Array(100_000).fill(9);
    await Promise.all([cache.put('ac', NAME, CONTENT), cache.put('cas', NAME, large)]);
    expect(await cache.get('ac', NAME)).toEqual(CONTENT);
    expect(await cache.get('cas', NAME)).toEqual(large);
    await cache.close?.();
  });

  test('lets another tab delete the database, and goes on with a new one', async () => {
    const name = freshName();
    const cache = indexedDbCache(name);
    await cache.put('ac', NAME, CONTENT);
    await settled(indexedDB.deleteDatabase(name));
    expect(await cache.get('ac', NAME)).toBeUndefined();
    await cache.put('ac', NAME, CONTENT);
    expect(await cache.get('ac', NAME)).toEqual(CONTENT);
    await cache.close?.();
  });

  test('opens the database again when its connection is lost without notice', async () => {
    const open = vi.spyOn(IDBFactory.prototype, 'open');
    const cache = indexedDbCache(freshName());
    await cache.put('ac', NAME, CONTENT);
    const request = open.mock.results[0]?.value as IDBOpenDBRequest;
    request.result.close();
    expect(await cache.get('ac', NAME)).toEqual(CONTENT);
    expect(open).toHaveBeenCalledTimes(2);
    await cache.close?.();
  });

  test('finishes what is under way when it is closed', async () => {
    const name = freshName();
    const cache = indexedDbCache(name);
    const put = cache.put('ac', NAME, CONTENT);
    await cache.close?.();
    await put;
    // Nobody holds the database any more: deleting it is not blocked.
    let blocked = false;
    const deletion = indexedDB.deleteDatabase(name);
    deletion.onblocked = () => (blocked = true);
    await settled(deletion);
    expect(blocked).toBe(false);
  });
});

describe('indexedDbCache rejects', () => {
  test('every operation when the browser has no IndexedDB', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const cache = indexedDbCache('missing');
    await expectFailure(
      cache.put('ac', NAME, CONTENT),
      "Cannot open the IndexedDB database 'missing': Error: this browser has no IndexedDB",
    );
    await expectFailure(cache.get('ac', NAME), 'some private modes');
    await expectFailure(cache.delete('ac', NAME), 'Cannot open');
    vi.unstubAllGlobals();
    expect(await cache.get('ac', NAME)).toBeUndefined();
    await cache.close?.();
  });

  test('every operation when a newer version made the database', async () => {
    const name = freshName();
    const newer = await settled(indexedDB.open(name, 100));
    newer.close();
    const cache = indexedDbCache(name);
    await expectFailure(cache.put('ac', NAME, CONTENT), `Cannot open the IndexedDB database '${name}': VersionError`);
    await expectFailure(cache.get('ac', NAME), 'VersionError');
    await cache.close?.();
  });

  test('put when the quota is exceeded, and keeps what was stored', async () => {
    const cache = indexedDbCache(freshName());
    await cache.put('ac', NAME, CONTENT);
    // Chromium's protocol can lower the quota, but an origin that used IndexedDB before keeps its old one for a while.
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('', 'QuotaExceededError');
    });
    for (const length of [10, 100_000]) {
      await expectFailure(cache.put('cas', NAME, new Uint8Array(length)), "QuotaExceededError. Clear the site's data");
    }
    vi.restoreAllMocks();
    expect(await cache.get('ac', NAME)).toEqual(CONTENT);
    await cache.put('cas', NAME, CONTENT);
    await cache.close?.();
  });
});

let names = 0;

function freshName(): string {
  return `test-${Date.now()}-${names++}`;
}

/** What stands in a cache's database, first `cas` then `ac`. */
async function stored(name: string): Promise<unknown[]> {
  const database = await settled(indexedDB.open(name));
  const transaction = database.transaction(['cas', 'ac']);
  const values = await Promise.all(['cas', 'ac'].map((store) => settled(transaction.objectStore(store).get(NAME))));
  database.close();
  return values;
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The request failed'));
  });
}

async function expectFailure(operation: unknown, message: string): Promise<void> {
  const error = await Promise.resolve(operation).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SomenError);
  expect(error).toMatchObject({
    code: 'ERR_CACHE',
    message: expect.stringContaining(message),
    cause: expect.anything(),
  });
}
