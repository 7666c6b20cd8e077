/** Files of the origin's private file system as values. */
import { file, inline, memoryCache, run, tempDir, type Executor } from 'somen/web';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textOf, wordsIn } from './fixtures/tasks.ts';
import { pool } from './support/pool.ts';

/** WebKitGTK under WebDriver is in a private session, which has no such file system. */
const hasFiles = await (async () => navigator.storage.getDirectory())().then(
  () => true,
  () => false,
);

const FOLDER = `files-${crypto.randomUUID()}`;

async function write(name: string, text: string): Promise<string> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const handle = await folder.getFileHandle(name, { create: true });
  const stream = await handle.createWritable();
  await stream.write(text);
  await stream.close();
  return `${FOLDER}/${name}`;
}

describe.skipIf(!hasFiles)('file', () => {
  let path: string;

  beforeAll(async () => {
    path = await write('poem.txt', 'oote oote oote boe');
  });

  afterAll(async () => {
    await (await navigator.storage.getDirectory()).removeEntry(FOLDER, { recursive: true });
  });

  for (const kind of ['inline', 'workers'])
    test(`a file is read where the task runs, and again when it has changed (${kind})`, async () => {
      const executor: Executor = kind === 'inline' ? inline() : pool();
      const options = { executor, cache: memoryCache() };
      await write('poem.txt', 'oote oote oote boe');
      expect(await run(wordsIn(file(path)), options)).toEqual([4, kind === 'workers']);
      const again = run(wordsIn(file(path)), options);
      await again;
      expect(again.summary).toMatchObject({ ran: 0, retrieved: 1 });
      await write('poem.txt', 'oe');
      const changed = run(wordsIn(file(path)), options);
      expect((await changed)[0]).toBe(1);
      expect(changed.summary).toMatchObject({ ran: 1 });
    });

  test('the handle of a file gives the file, for tasks on workers as well', async () => {
    await write('chosen.txt', 'oote');
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER);
    const handle = await folder.getFileHandle('chosen.txt');
    const options = { executor: pool(), cache: memoryCache() };
    expect(await run(textOf(file(handle)), options)).toBe('oote');
    await write('chosen.txt', 'boe');
    expect(await run(textOf(file(handle)), options)).toBe('boe');
    const again = run(textOf(file(handle)), options);
    expect(await again).toBe('boe');
    expect(again.summary).toMatchObject({ ran: 0, retrieved: 1 });
  });

  test('a FileValue gives its content, and refuses another one', async () => {
    const value = await run(file(await write('other.txt', 'one')));
    expect(value).toMatchObject({ name: 'other.txt', size: 3 });
    expect(await value.text()).toBe('one');
    await write('other.txt', 'two');
    await expect(value.bytes()).rejects.toThrow(/has another content than when it was looked at/);
  });
});

test('run rejects with the path where there is no file, and where there is no file system', async () => {
  const running = run(file(`${FOLDER}/missing.txt`));
  await expect(running).rejects.toMatchObject({ code: 'ERR_FILE' });
  await expect(running).rejects.toThrow(`Cannot use the file '${FOLDER}/missing.txt'`);
});

test('run rejects where a temporary folder is asked for: browsers have none', async () => {
  await expect(run(tempDir())).rejects.toThrow(/Cannot make a temporary folder/);
});
