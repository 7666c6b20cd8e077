/** A `fileCache` on a disk that is full, and where files may not grow: runs go on, and nothing half-written stays. */
import { execFile, spawnSync } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { findPrograms } from '../support/find-program.ts';
import { temporaryFolder } from './support/pool.ts';

const FILLER = fileURLToPath(new URL('./fixtures/file-cache/filler.mjs', import.meta.url));
const SIZES = ['2000', '100000', '110000', '120000', '130000', '2001'];

/** What the filler reports. */
interface Report {
  readonly right: boolean;
  readonly ran: number;
  readonly warnings: readonly string[];
  readonly claimed: boolean;
}

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

/** Runs the filler in a process of its own, after a command of the shell. */
async function fill(command: string): Promise<Report> {
  const args = ['-c', `${command} && exec "$0" "$@"`, process.execPath, FILLER, folder, ...SIZES];
  return JSON.parse((await promisify(execFile)('sh', args)).stdout) as Report;
}

/** The names of all files in both maps. */
async function files(): Promise<string[]> {
  const names = [];
  for (const map of ['ac', 'cas']) {
    const entries = await readdir(join(folder, map), { recursive: true, withFileTypes: true });
    names.push(...entries.filter((entry) => entry.isFile()).map(({ name }) => name));
  }
  return names;
}

test.runIf(process.platform !== 'win32')('fileCache goes on when files may not grow', async () => {
  // In blocks of 512 bytes or of 1 KiB, as the shell likes it.
  const report = await fill('ulimit -f 64');
  expect(report).toMatchObject({ right: true, ran: 6, claimed: true });
  expect(report.warnings.join('\n')).toMatch(/Cannot write the cache.*EFBIG.*free some space/);
  // The two small results, each a record and a content.
  const left = await files();
  expect(left.map((name) => name.length)).toEqual([64, 64, 64, 64]);
  // Later there is no such limit.
  expect(await fill('true')).toEqual({ right: true, ran: 4, warnings: [], claimed: true });
  expect(await fill('true')).toEqual({ right: true, ran: 0, warnings: [], claimed: true });
});

const [mount = '', umount = ''] = findPrograms(['mount', 'umount']);
const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && umount !== '';
if (!mayMount) console.warn('Not tested: a full disk. Only root mounts a small one');

test.runIf(mayMount)(
  'fileCache goes on when the disk is full, and writes when there is space again',
  async (context) => {
    const { status, stderr } = spawnSync(mount, ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
    // Containers may not mount; the limit above was tested all the same.
    if (status !== 0) context.skip(`Cannot mount a small disk: ${String(stderr)}`);
    onTestFinished(() => void spawnSync(umount, [folder]));
    const report = await fill('true');
    expect(report).toMatchObject({ right: true, ran: 6, claimed: true });
    expect(report.warnings.join('\n')).toMatch(/Cannot write the cache.*ENOSPC.*free some space/);
    const left = await files();
    expect(left.filter((name) => name.length !== 64)).toEqual([]);
    expect(left.length).toBeLessThan(12);
    for (const map of ['ac', 'cas']) await rm(join(folder, map), { recursive: true });
    const again = await fill('true');
    expect(again.right).toBe(true);
    expect((await files()).length).toBeGreaterThan(0);
  },
);
