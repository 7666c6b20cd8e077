/** Files as values: real files, changed between runs. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import {
  digest,
  file,
  fileCache,
  FileValue,
  inline,
  logging,
  run,
  tempDir,
  workers,
  type Executor,
  type Promised,
} from 'somen/node';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../support/package-root.ts';
import { add, bytesOf, countWords, shout, write } from './fixtures/files/tasks.mjs';
import { temporaryFolder } from './support/pool.ts';

let folder: string;
let log: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  log = join(folder, 'log');
  await writeFile(log, '');
});

const at = (name: string): string => join(folder, name);

/** Writes a file that has long been there, as far as its times tell. */
async function writeOld(name: string, text: string): Promise<string> {
  await writeFile(at(name), text);
  const old = new Date(Date.now() - 3_600_000);
  await utimes(at(name), old, old);
  return at(name);
}

/** Runs a workflow with a cache opened anew; gives the value, the counts, and what ran. */
async function outcome<T>(workflow: Promised<T>, executor: Executor = inline()) {
  await writeFile(log, '');
  const running = run(workflow, { cache: fileCache(at('cache')), executor, display: false });
  const value = await running;
  const ran = (await readFile(log, 'utf8')).trim().split('\n').filter(Boolean).toSorted();
  return { value, ran, retrieved: running.summary.retrieved };
}

describe.each(['inline', 'workers'])('file, %s', (kind) => {
  const executorOf = (): Executor => {
    const executor = kind === 'inline' ? inline() : workers({ size: 2 });
    onTestFinished(() => executor.close());
    return executor;
  };

  test('only files that changed are read again', async () => {
    const executor = executorOf();
    for (const [name, text] of Object.entries({ 'a.txt': 'one two', 'b.txt': 'three', 'c.txt': 'four five six' }))
      await writeOld(name, text);
    const workflow = (): Promised<number> =>
      add(['a.txt', 'b.txt', 'c.txt'].map((name) => countWords(file(at(name)), log)));
    const all = ['count a.txt', 'count b.txt', 'count c.txt'];
    expect(await outcome(workflow(), executor)).toEqual({ value: 6, ran: all, retrieved: 0 });
    expect(await outcome(workflow(), executor)).toEqual({ value: 6, ran: [], retrieved: 1 });
    await writeFile(at('b.txt'), 'three and more');
    expect(await outcome(workflow(), executor)).toEqual({ value: 8, ran: ['count b.txt'], retrieved: 2 });
    // The content is as it was, whatever the times say.
    await writeFile(at('b.txt'), 'three');
    expect(await outcome(workflow(), executor)).toEqual({ value: 6, ran: [], retrieved: 1 });
  });

  test('a result that holds files counts while their contents are what they were', async () => {
    const executor = executorOf();
    await writeOld('poem.txt', 'oote oote');
    const workflow = (): Promised<number> => countWords(shout(file(at('poem.txt')), log).loud, log);
    const everything = ['count poem.loud', 'shout poem.txt'];
    expect(await outcome(workflow(), executor)).toMatchObject({ value: 2, ran: everything });
    expect(await readFile(at('poem.loud'), 'utf8')).toBe('OOTE OOTE');
    expect(await outcome(workflow(), executor)).toMatchObject({ value: 2, ran: [] });
    const made = (): Promised<FileValue> => shout(file(at('poem.txt')), log).loud;
    for (const spoil of [() => rm(at('poem.loud')), () => writeFile(at('poem.loud'), 'spoilt')]) {
      await spoil();
      expect(await outcome(made(), executor)).toMatchObject({ ran: ['shout poem.txt'] });
      expect(await readFile(at('poem.loud'), 'utf8')).toBe('OOTE OOTE');
      expect(await outcome(made(), executor)).toMatchObject({ ran: [], retrieved: 1 });
    }
  });

  test('tempDir makes an empty folder for each call', async () => {
    const [first, second] = (await run([write(tempDir(), 'x'), tempDir('somen-test-')], {
      executor: executorOf(),
      display: false,
    })) as [string, string];
    expect(await readdir(first)).toEqual(['x']);
    expect(await readdir(second)).toEqual([]);
    expect(second).toMatch(/somen-test-/);
  });
});

describe('file', () => {
  test('a FileValue has the path as given, the size, and the digest of the content', async () => {
    await writeFile(at('a.txt'), 'somen');
    const value = await run(file(at('a.txt')), { display: false });
    expect(value).toBeInstanceOf(FileValue);
    expect(value).toMatchObject({
      path: at('a.txt'),
      name: 'a.txt',
      size: 5,
      digest: createHash('sha256').update('somen').digest('hex'),
    });
    expect(await value.text()).toBe('somen');
    const byUrl = await run(file(pathToFileURL(at('a.txt'))), { display: false });
    expect(byUrl).toEqual(value);
  });

  test('a FileValue is shown by its path and the beginning of its digest', async () => {
    await writeFile(at('a.txt'), 'somen');
    const lines: string[] = [];
    const display = logging({ time: false, width: 500, write: (line) => void lines.push(line) });
    const { digest: whole } = await run(file(at('a.txt')), { display: false });
    await run(countWords(file(at('a.txt')), log), { executor: inline(), display });
    expect(lines.join('\n')).toContain(`countWords(file('${at('a.txt')}', ${whole.slice(0, 12)}), '${log}')`);
  });

  test('the digest of a large file is that of its chunks, and it can be streamed', async () => {
    const content = new Uint8Array(9_000_001).map((_, index) => index % 251);
    await writeFile(at('large'), content);
    const value = await run(file(at('large')), { display: false });
    const chunks = [0, 1, 2].map((index) =>
      createHash('sha256')
        .update(content.subarray(4_194_304 * index, 4_194_304 * (index + 1)))
        .digest(),
    );
    expect(value.digest).toBe(createHash('sha256').update(Buffer.concat(chunks)).digest('hex'));
    expect(await run(bytesOf(file(at('large'))), { display: false })).toBe(9_000_001);
    // A file's digest and that of its bytes as a value are not the same: the value has a head.
    expect(digest(content)).not.toBe(value.digest);
  });

  test('a file is not hashed again while size, times and inode are the same, by any process', async () => {
    await writeOld('a.txt', 'one two');
    const script = at('script.mjs');
    const somen = join(packageRoot, 'dist', 'node', 'index.js');
    await writeFile(
      script,
      `import fs from 'node:fs';
       import { syncBuiltinESMExports } from 'node:module';
       let reads = 0;
       const { createReadStream } = fs;
       fs.createReadStream = (path, ...rest) => { if (String(path).endsWith('a.txt')) reads++; return createReadStream(path, ...rest); };
       syncBuiltinESMExports();
       const { file, fileCache, inline, run } = await import(${JSON.stringify(somen)});
       const { size } = await run(file(process.argv[2]), { cache: fileCache(process.argv[3]), executor: inline(), display: false });
       console.log(size, reads);`,
    );
    const read = async (): Promise<string> =>
      (await promisify(execFile)(process.execPath, [script, at('a.txt'), at('cache')])).stdout.trim();
    expect(await read()).toBe('7 1');
    expect(await read()).toBe('7 0');
    // Another file with the same size and time of change.
    const { mtime } = await stat(at('a.txt'));
    await writeFile(at('other'), 'two one');
    await rename(at('other'), at('a.txt'));
    await utimes(at('a.txt'), mtime, mtime);
    expect(await read()).toBe('7 1');
  });

  test('a task does not compute with a content that has changed since it was keyed', async () => {
    await writeOld('a.txt', 'one');
    const value = await run(file(at('a.txt')), { display: false });
    await writeFile(at('a.txt'), 'two');
    const message = /^Cannot read the file '.*a\.txt': it has another content than when it was looked at/;
    await expect(value.bytes()).rejects.toMatchObject({
      code: 'ERR_FILE',
      message: expect.stringMatching(message) as string,
    });
    await expect(run(bytesOf(value), { display: false })).rejects.toThrow(message);
  });

  test('run rejects with the path where there is no file, or a folder', async () => {
    await mkdir(at('folder'));
    for (const [name, why] of [
      ['missing', 'ENOENT'],
      ['folder', 'it is no file'],
    ] as const) {
      const running = run(countWords(file(at(name)), log), {
        cache: fileCache(at('cache')),
        executor: inline(),
        display: false,
      });
      await expect(running).rejects.toMatchObject({
        code: 'ERR_FILE',
        message: expect.stringContaining(why) as string,
      });
      await expect(running).rejects.toThrow(`Cannot use the file '${at(name)}'`);
    }
  });

  test('temporary folders are gone when the process has ended', async () => {
    const somen = join(packageRoot, 'dist', 'node', 'index.js');
    await writeFile(
      at('script.mjs'),
      `import { run, tempDir } from ${JSON.stringify(somen)};
       console.log(await run(tempDir(), { display: false }));`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [at('script.mjs')]);
    expect(stdout.trim()).toMatch(/somen-/);
    expect(existsSync(stdout.trim())).toBe(false);
  });
});
