import { SomenError } from 'somen';
import { indexedDbCache } from 'somen/web';
import { cacheSuite } from 'somen/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { server } from 'vitest/browser';
import { corruptIndexedDb } from './support/corrupt.ts';
import { freshName, settled } from './support/databases.ts';

const CONTENT = new TextEncoder().encode('somen');
const NAME = '05'.repeat(32);

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('indexedDbCache', () => {
  const cases = cacheSuite((storage) => indexedDbCache(storage), {
    persistent: true,
    claims: true,
    entries: true,
    // Half a minute; the other engines were tried and take up to twice as long.
    large: server.browser === 'chromium',
    corrupt: corruptIndexedDb,
  });
  for (const { name, timeout, run } of cases) test(name, { timeout }, run);

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

  test('stores small and large entries that are put at once', async () => {
    // Where WebKit refuses Blobs, it leaves a transaction open for ever that has something else before one.
    for (let times = 0; times < 5; times++) {
      const cache = indexedDbCache(freshName());
      const contents = [10, 100_000, 20].map((length) => new Uint8Array(length).fill(length));
      const names = contents.map((_, index) => `${index}`.repeat(64));
      await Promise.all(contents.map(async (content, index) => cache.put('cas', names[index] ?? '', content)));
      expect(await Promise.all(names.map(async (name) => cache.get('cas', name)))).toEqual(contents);
      await cache.close?.();
    }
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

describe('indexedDbCache claims a key', () => {
  const other = 'ab'.repeat(32);

  test('for one at a time, also across handles, until it is released', async () => {
    const name = freshName();
    const [one, two] = [indexedDbCache(name), indexedDbCache(name)];
    const claim = await one.claim?.(NAME);
    expect(claim).toBeDefined();
    expect(await one.claim?.(NAME)).toBeUndefined();
    expect(await two.claim?.(NAME)).toBeUndefined();
    const [another, elsewhere] = [await two.claim?.(other), await indexedDbCache(freshName()).claim?.(NAME)];
    expect([another, elsewhere]).not.toContain(undefined);
    await claim?.release();
    const again = await two.claim?.(NAME);
    expect(again).toBeDefined();
    for (const held of [again, another, elsewhere]) await held?.release();
  });

  test('until the worker that holds it ends', async () => {
    const name = freshName();
    const worker = new Worker(new URL('./fixtures/claiming-worker.ts', import.meta.url), { type: 'module' });
    const held = new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
    worker.postMessage({ name, key: NAME });
    expect(await held).toBe(true);
    const cache = indexedDbCache(name);
    expect(await cache.claim?.(NAME)).toBeUndefined();
    worker.terminate();
    await vi.waitUntil(async () => {
      const claim = await cache.claim?.(NAME);
      await claim?.release();
      return claim !== undefined;
    });
  });

  test('never, where there are no Web Locks', () => {
    vi.stubGlobal('navigator', {});
    expect(indexedDbCache(freshName()).claim).toBeUndefined();
  });

  test('only by its name', async () => {
    await expect(indexedDbCache(freshName()).claim?.('../a')).rejects.toThrow(RangeError);
  });
});

describe('indexedDbCache asks to persist', () => {
  test('once, with the first entry that is stored, where that was wanted', async () => {
    // WebKitGTK has no `navigator.storage`.
    const persist = vi.fn<() => Promise<boolean>>(() => Promise.reject(new TypeError('No')));
    vi.stubGlobal('navigator', { locks: navigator.locks, storage: { persist } });
    const plain = indexedDbCache(freshName());
    await plain.put('ac', NAME, CONTENT);
    expect(persist).not.toHaveBeenCalled();
    const cache = indexedDbCache(freshName(), { persist: true });
    await cache.get('ac', NAME);
    expect(persist).not.toHaveBeenCalled();
    await cache.put('ac', NAME, CONTENT);
    await cache.put('cas', NAME, CONTENT);
    expect(persist).toHaveBeenCalledTimes(1);
    await Promise.all([plain.close?.(), cache.close?.()]);
  });

  test('nobody, where it cannot be asked', async () => {
    vi.stubGlobal('navigator', { locks: navigator.locks, storage: {} });
    const cache = indexedDbCache(freshName(), { persist: true });
    await cache.put('ac', NAME, CONTENT);
    expect(await cache.get('ac', NAME)).toEqual(CONTENT);
    await cache.close?.();
  });
});

describe('indexedDbCache rejects', () => {
  test('every operation when a newer version made the database', async () => {
    const name = freshName();
    const newer = await settled(indexedDB.open(name, 100));
    newer.close();
    const cache = indexedDbCache(name);
    await expectFailure(cache.put('ac', NAME, CONTENT), `Cannot open the IndexedDB database '${name}': VersionError`);
    await expectFailure(cache.get('ac', NAME), 'VersionError');
    await cache.close?.();
  });
});

/** What stands in a cache's database, first `cas` then `ac`. */
async function stored(name: string): Promise<unknown[]> {
  const database = await settled(indexedDB.open(name));
  const transaction = database.transaction(['cas', 'ac']);
  const values = await Promise.all(['cas', 'ac'].map((store) => settled(transaction.objectStore(store).get(NAME))));
  database.close();
  return values;
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
