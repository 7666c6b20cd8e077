import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { expect, inject, test } from 'vitest';
import { packageRoot } from '../support/package-root.ts';

const run = promisify(execFile);
const tarball = inject('tarball');

test('the tarball has no fault that publint knows', async () => {
  const manifest = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as Record<string, unknown>;
  const bytes = await readFile(tarball);
  const { messages } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  });
  expect(messages.map((message) => formatMessage(message, manifest, { color: false }))).toEqual([]);
});

test('every entry has types that resolve, for consumers of ECMAScript modules', async () => {
  const attw = join(packageRoot, 'node_modules', '.bin', 'attw');
  // Faults make it fail with their table on its standard output; a package without any types does not.
  const { stdout } = await run(attw, [tarball, '--profile', 'esm-only', '--format', 'json']);
  expect(JSON.parse(stdout)).toMatchObject({ analysis: { types: { kind: 'included' } } });
});

test('the tarball holds what the package runs, and no leftovers of the build', async () => {
  const { stdout } = await run('tar', ['-tzf', tarball]);
  const paths = stdout.trim().split('\n');
  const known =
    /^package\/(dist\/(core|wasm|web|node)\/.*\.(js|js\.map|d\.ts)|(core\/)?README\.md|LICENSE|demo\/guide\/[\w-]+\.md|CHANGELOG\.md|package\.json)$/;
  expect(paths.filter((path) => !known.test(path))).toEqual([]);
});

test('the tarball stays small', async () => {
  // Raise this only with the reason here. From 256 KiB: source maps carry the sources, which are not in the tarball.
  // From 384 KiB: the whole language, and the suite for executors. From 512 KiB: registries, the encodings, compression.
  // From 640 KiB: caches and their maintenance, histories and the questions to them, the program `somen`, the suite for caches.
  // From 960 KiB: the slicer, versions out of files, slices in Node and in Vite, code that travels.
  // From 1248 KiB: pilots, their launchers, queues, profiles; the guide.
  // From 1600 KiB: displays for terminals, and a store of runs.
  // From 1750 KiB: live scripts, whose worker is one file with the slicer and a parser.
  // From 2100 KiB: drawings, and the elements; reports, and the page that shows them.
  expect((await stat(tarball)).size).toBeLessThan(2300 * 1024);
});
