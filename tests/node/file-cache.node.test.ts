import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { SomenError } from 'somen';
import { fileCache } from 'somen/node';
import { cacheSuite } from 'somen/testing';
import { corruptFile } from './support/corrupt-file.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const CONTENT = new TextEncoder().encode('somen');
const NAME = createHash('sha256').update(CONTENT).digest('hex');
const TWO_DAYS_AGO = new Date(Date.now() - 2 * 86_400_000);

let root: string;
let folder: string;
let folders = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'somen-file-cache-'));
});

beforeEach(() => {
  folder = join(root, `folder-${folders++}`);
});

/** Of 100,000 files. */
const REMOVAL_TIMEOUT = 120_000;

afterAll(() => rm(root, { recursive: true, force: true }), REMOVAL_TIMEOUT);

describe('fileCache', () => {
  const suite = { persistent: true, claims: true, entries: true } as const;

  for (const { name, timeout, run } of cacheSuite((storage) => fileCache(join(root, storage)), {
    ...suite,
    large: true,
    corrupt: (storage, map, entry, change) => corruptFile(join(root, storage, map, entry.slice(0, 2), entry), change),
  }))
    test(name, { timeout }, run);

  for (const { name, timeout, run } of cacheSuite(
    (storage) => fileCache(join(root, storage), { maxOpenFiles: 1 }),
    suite,
  ))
    test(`${name} when one file may be open`, { timeout }, run);

  for (const { name, timeout, run } of cacheSuite(
    (storage) => fileCache(join(root, storage), { claims: false, maxBytes: 1e9, maxAge: 1e12 }),
    { ...suite, claims: false },
  ))
    test(`${name} when it has bounds`, { timeout }, run);

  test('creates its folder when the first entry is written', async () => {
    const cache = fileCache(folder);
    expect(await cache.get('ac', NAME)).toBeUndefined();
    expect(existsSync(folder)).toBe(false);
    await cache.put('ac', NAME, CONTENT);
    expect(existsSync(pathOf('ac'))).toBe(true);
  });

  test('is named after its absolute path when the folder is relative', async () => {
    const cache = fileCache(relative(process.cwd(), folder));
    expect(cache.name).toBe(`file:${folder}`);
  });

  test('leaves only entries when many are written', async () => {
    const cache = fileCache(folder);
    await Promise.all(
      Array.from({ length: 300 }, async (_, index) => cache.put('ac', index.toString(16).padStart(64, '0'), CONTENT)),
    );
    await cache.close?.();
    const files = await readdir(join(folder, 'ac', '00'));
    expect(files).toHaveLength(300);
    expect(files.filter((file) => file.length !== 64)).toEqual([]);
  });

  test('does not write content again when it is there', async () => {
    const cache = fileCache(folder);
    await cache.put('cas', NAME, CONTENT);
    const before = await stat(pathOf('cas'));
    await fileCache(folder).put('cas', NAME, CONTENT);
    expect((await stat(pathOf('cas'))).ino).toBe(before.ino);
  });

  test('writes content again when what is there is shorter', async () => {
    await write(pathOf('cas'), CONTENT.subarray(0, 2));
    await fileCache(folder).put('cas', NAME, CONTENT);
    expect(await fileCache(folder).get('cas', NAME)).toEqual(CONTENT);
  });

  test('gives every entry a buffer of its own when it is read', async () => {
    for (const length of [5, 3000, 300_000]) {
      const cache = fileCache(folder);
      await cache.put('ac', NAME, new Uint8Array(length));
      const bytes = await cache.get('ac', NAME);
      expect(bytes?.buffer.byteLength).toBe(length);
      expect(bytes?.constructor).toBe(Uint8Array);
    }
  });

  test('lets the event loop turn when very many entries are asked for at once', async () => {
    const cache = fileCache(folder);
    await cache.put('ac', NAME, CONTENT);
    const answers = Array.from({ length: 20_000 }, () => cache.get('ac', NAME));
    // The first come synchronously; where that has taken too long, the others are promised.
    expect(answers[0]).toEqual(CONTENT);
    expect(answers.at(-1)).toBeInstanceOf(Promise);
    for (const bytes of await Promise.all(answers.map(async (answer) => answer)))
      expect(bytes?.length).toBe(CONTENT.length);
  });

  test('goes on when its folder is removed meanwhile', async () => {
    const cache = fileCache(folder);
    await cache.put('ac', NAME, CONTENT);
    await cache.close?.();
    await rm(folder, { recursive: true });
    expect(await cache.get('ac', NAME)).toBeUndefined();
    await cache.put('ac', NAME, CONTENT);
    expect(await cache.get('ac', NAME)).toEqual(CONTENT);
  });

  test('touches nothing outside its folder when names are paths', async () => {
    const outside = join(root, 'outside');
    await writeFile(outside, 'keep');
    const cache = fileCache(folder);
    const bad = [
      '../../../outside',
      '..',
      `${'../'.repeat(20)}${outside}`,
      outside,
      `ab${'/'.repeat(62)}`,
      `${'a'.repeat(60)}\0bcd`,
      NAME.toUpperCase(),
    ];
    for (const name of bad) {
      await expect((async () => cache.get('ac', name))()).rejects.toThrow(RangeError);
      await expect((async () => cache.put('ac', name, CONTENT))()).rejects.toThrow(RangeError);
      await expect((async () => cache.delete('ac', name))()).rejects.toThrow(RangeError);
    }
    expect((await stat(outside)).size).toBe(4);
    expect(existsSync(folder)).toBe(false);
  });

  test('throws a RangeError when maxOpenFiles is not a whole number from 1 up', () => {
    for (const maxOpenFiles of [0, -1, 1.5, Number.NaN])
      expect(() => fileCache(folder, { maxOpenFiles })).toThrow(RangeError);
  });
});

describe('fileCache rejects', () => {
  test('put and get when the folder lies below a file', async () => {
    await writeFile(folder, 'a file');
    const cache = fileCache(join(folder, 'below'));
    await expectFailure(
      () => cache.put('ac', NAME, CONTENT),
      `Cannot write to the cache folder '${join(folder, 'below')}': ENOTDIR`,
      'ENOTDIR',
    );
    await expectFailure(() => cache.put('cas', NAME, CONTENT), 'Choose a folder that can be written', 'ENOTDIR');
    await expectFailure(() => cache.get('ac', NAME), 'Cannot read the cache entry', 'ENOTDIR');
  });

  test('put when the folder cannot be created, until it can', async () => {
    await writeFile(folder, 'a file');
    const cache = fileCache(folder);
    await expectFailure(() => cache.put('ac', NAME, CONTENT), folder, 'ENOTDIR');
    await rm(folder);
    await cache.put('ac', NAME, CONTENT);
    expect(await cache.get('ac', NAME)).toEqual(CONTENT);
  });

  test.runIf(process.platform === 'linux')('put when the file system takes no files', async () => {
    const cache = fileCache('/proc/somen');
    await expectFailure(
      () => cache.put('ac', NAME, CONTENT),
      "Cannot write to the cache folder '/proc/somen'",
      'ENOENT',
    );
    expect(await cache.get('ac', NAME)).toBeUndefined();
  });

  test('get and delete when the entry is a folder', async () => {
    await mkdir(pathOf('ac'), { recursive: true });
    const cache = fileCache(folder);
    await expectFailure(() => cache.get('ac', NAME), `Cannot read the cache entry '${pathOf('ac')}'`, 'EISDIR');
    await expectFailure(() => cache.put('ac', NAME, CONTENT), folder, 'EISDIR');
    expect(await readdir(dirname(pathOf('ac')))).toEqual([NAME]);
    await expectFailure(() => cache.delete('ac', NAME), 'Cannot remove the cache entry', 'ERR_FS_EISDIR');
  });
});

describe('fileCache removes', () => {
  const leftover = `${NAME}.123-0123456789abcdef-0.tmp`;

  test('temporary files when their writer died more than a day ago', async () => {
    const [old, young, foreign] = [leftover, leftover.replace('123', '124'), 'notes.tmp'].map((file) =>
      join(dirname(pathOf('cas')), file),
    ) as [string, string, string];
    for (const file of [old, young, foreign]) await write(file, CONTENT);
    for (const file of [old, foreign]) await utimes(file, TWO_DAYS_AGO, TWO_DAYS_AGO);
    await write(pathOf('ac'), CONTENT);
    await utimes(pathOf('ac'), TWO_DAYS_AGO, TWO_DAYS_AGO);
    await putAndClose();
    expect([old, young, foreign, pathOf('ac')].map((file) => existsSync(file))).toEqual([false, true, true, true]);
  });

  test('nothing when a process did so within a day', async () => {
    await putAndClose();
    const old = join(dirname(pathOf('cas')), leftover);
    await write(old, CONTENT);
    await utimes(old, TWO_DAYS_AGO, TWO_DAYS_AGO);
    await putAndClose();
    expect(existsSync(old)).toBe(true);
    await utimes(join(folder, '.swept'), TWO_DAYS_AGO, TWO_DAYS_AGO);
    await putAndClose();
    expect(existsSync(old)).toBe(false);
  });

  async function putAndClose(): Promise<void> {
    const cache = fileCache(folder);
    await cache.put('ac', '0'.repeat(64), CONTENT);
    await cache.close?.();
  }
});

function pathOf(map: 'ac' | 'cas'): string {
  return join(folder, map, NAME.slice(0, 2), NAME);
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

async function expectFailure(operate: () => unknown, message: string, code: string): Promise<void> {
  const error = await (async () => operate())().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SomenError);
  expect(error).toMatchObject({ code: 'ERR_CACHE', message: expect.stringContaining(message), cause: { code } });
}
