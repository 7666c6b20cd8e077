/** Folders of results for static hosts. */
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpCache, inline, run, SomenError, staticFolder, type Cache } from 'somen/node';
import { cacheSuite } from 'somen/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { add, mul } from '../core/support/arithmetic.js';
import { collect } from '../core/support/written-history.js';

const NAME = 'ab'.repeat(32);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'somen-folder-cache-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('staticFolder', () => {
  for (const { name, run: check } of cacheSuite((storage) => staticFolder(join(folder, storage)), {
    persistent: true,
    entries: true,
  }))
    test(name, check);

  test('lists its entries, and nothing else in its folder', async () => {
    const cache = staticFolder(folder) as Required<Cache>;
    expect(await collect(cache.entries('ac'))).toEqual([]);
    await cache.put('ac', NAME, new Uint8Array(10));
    await cache.put('cas', NAME, new Uint8Array(20));
    await writeFile(join(folder, 'ac', 'index.html'), '');
    expect(await collect(cache.entries('ac'))).toMatchObject([{ map: 'ac', name: NAME, size: 10 }]);
    expect(await readdir(join(folder, 'cas'))).toEqual([NAME]);
  });

  test('rejects where the folder cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const cache = staticFolder(join(folder, 'file'));
    for (const attempt of [cache.get('ac', NAME), cache.put('ac', NAME, new Uint8Array(1))])
      await expect(attempt).rejects.toMatchObject({ code: 'ERR_CACHE', message: expect.stringContaining(NAME) });
    await expect(cache.put('cas', NAME, new Uint8Array(1))).rejects.toThrow(SomenError);
  });

  test('is what httpCache reads when any host serves it', async () => {
    await run(mul(add(1, 2), 3), { executor: inline(), cache: staticFolder(folder) });
    const server = createServer((request, response) => {
      readFile(join(folder, String(request.url))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const cache = httpCache(`http://127.0.0.1:${port}/`, { write: false });
    const again = run(mul(add(1, 2), 3), { executor: inline(), cache });
    expect(await again).toBe(9);
    expect(again.summary).toMatchObject({ ran: 0 });
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
});
