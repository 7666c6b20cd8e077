/** The main job of `npm start`, on a small corpus, as a user runs it: the built program in a process of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../support/package-root.ts';

const run = promisify(execFile);
const program = join(packageRoot, 'dist', 'demo', 'node', 'start', 'main.js');

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'somen-main-job-'));
  await write('corpus/README.md', 'Noodles flow, noodles FLOW!');
  await write('corpus/package/LICENSE', 'The noodles are yours');
  await write('corpus/package/empty.MD', '');
  await write('corpus/package/code.js', 'noodles noodles noodles');
  await write('corpus/.cache/notes.md', 'noodles noodles noodles');
});

afterEach(() => rm(home, { recursive: true, force: true }));

test('main job prints sums, words and files, and what was computed', async () => {
  const output = await mainJob('--primes', '3');
  expect(output).toContain('1,000,000   37,550,402,023');
  expect(output).toContain('1,100,000   45,125,753,695');
  expect(output).not.toContain('1,150,000');
  expect(output).toContain('All 3 agree with what the Noodles tutorial prints');
  expect(output.match(/3 jobs: 3 ran, 0 attached, 0 retrieved/g)).toHaveLength(2);
  expect(output.match(/All 3 agree with what the Noodles tutorial prints/g)).toHaveLength(2);
  expect(output).toMatch(/^ +3 +noodles +4 +corpus\/README.md$/m);
  expect(output).toMatch(/^ +2 +flow +4 +corpus\/package\/LICENSE$/m);
  expect(output).toContain('8 words, 5 of them different, in 3 files');
  expect(output).toContain('2 jobs: 2 ran, 0 attached, 0 retrieved');
  expect(output).toMatch(/^ +prime sums .* [\d.]+x$/m);
  expect(output.trimEnd().split('\n').at(-1)).toContain('npm run demo');
});

test('main job retrieves everything when it runs again', async () => {
  const first = await mainJob('--primes', '2');
  const second = await mainJob('--primes', '2');
  expect(second).toContain('2 jobs: 0 ran, 0 attached, 2 retrieved');
  expect(second.match(/ 0 ran, /g)).toHaveLength(3);
  expect(second).toContain('All of it was remembered');
  expect(resultsOf(second)).toEqual(resultsOf(first));
});

test('main job computes anew what depends on a file that has changed', async () => {
  await mainJob('--primes', '1');
  await write('corpus/package/LICENSE', 'The NOODLES are mine');
  const output = await mainJob('--primes', '1');
  expect(output).toContain('1 job: 0 ran, 0 attached, 1 retrieved');
  expect(output).toContain('2 jobs: 2 ran, 0 attached, 0 retrieved');
  expect(output).toMatch(/^ +1 +mine$/m);
  expect(output).toContain('Part of it was remembered');
});

test('main job ends cleanly at Ctrl-C and goes on from there', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, [program, '--folder', 'corpus', '--workers', '1'], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const output = text(child.stdout);
  // The first remembered sum: from then on there is something to go on from.
  await expect.poll(() => readdir(join(home, '.somen', 'ac')).catch(() => []), { timeout: 30_000 }).not.toEqual([]);
  child.kill('SIGINT');
  expect(await exit).toEqual([130, null]);
  expect(await output).toMatch(/Stopped when [1-9]\d* of 20 jobs were done. The same command goes on from there/);
  expect(await mainJob('--primes', '1')).toContain('1 job: 0 ran, 0 attached, 1 retrieved');
});

test.each([
  { args: ['--primes', '0'], complaint: 'Cannot use --primes 0: it must be a whole number from 1 to 20' },
  { args: ['--fast'], complaint: "Unknown option '--fast'" },
  { args: ['--folder', 'nowhere'], complaint: 'Cannot read the folder nowhere' },
  { args: ['--folder', 'empty'], complaint: 'Cannot count words: there is no *.md or LICENSE* below empty' },
])('main job says what is wrong with $args', async ({ args, complaint }) => {
  await mkdir(join(home, 'empty'));
  const stderr = expect.stringContaining(complaint) as string;
  await expect(mainJob(...args)).rejects.toMatchObject({ code: 2, stdout: '', stderr });
});

test('main job explains its arguments', async () => {
  expect(await mainJob('--help')).toMatch(/Usage: npm start[^]*--folder[^]*--primes[^]*--cache/);
});

async function mainJob(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [program, '--folder', 'corpus', '--workers', '2', ...args], {
    cwd: home,
  });
  return stdout;
}

/** The indented lines, without those that tell how it went. */
function resultsOf(output: string): string[] {
  const [results = ''] = output.split('\nSpeed-up');
  return results.split('\n').filter((line) => line.startsWith('  ') && !/ jobs?: /.test(line));
}

async function write(path: string, content: string): Promise<void> {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
