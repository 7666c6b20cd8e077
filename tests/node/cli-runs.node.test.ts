/** The program `somen` from a script's run to the questions about it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RecordedJob, Why } from 'somen/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../support/package-root.js';

const PROGRAM = join(packageRoot, 'dist', 'node', 'cli', 'main.js');
const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/cli/${name}`, import.meta.url));
const POEM = fixture('poem.mjs');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'somen-cli-runs-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function somen(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROGRAM, ...args], { cwd: folder }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

async function poem(version: string, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await somen('run', POEM, '--workers', '1', '--', version, ...words);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.trim();
}

async function jobs(...args: string[]): Promise<RecordedJob[]> {
  return JSON.parse((await somen('jobs', '--json', ...args)).stdout) as RecordedJob[];
}

async function keyOf(call: string): Promise<string> {
  const job = (await jobs('-n', '0')).find(
    ({ task, arguments: args }) => `${task.replace('poem/', '')}(${args?.join(', ')})` === call,
  );
  return job?.key ?? `no job ${call}`;
}

async function why(call: string): Promise<Why> {
  return JSON.parse((await somen('why', await keyOf(call), '--json')).stdout) as Why;
}

test('run --progress plain tells each call and each result', { timeout: 60_000 }, async () => {
  const { stderr } = await somen('run', POEM, '--progress', 'plain', '--workers', '1', '--', '1', 'Oote');
  expect(stderr).toMatch(/^\d{4}-\d\d-\d\d .* - job 0: poem\/\w+\(.*\)$/m);
  expect(stderr).toMatch(/ - result \d+ \[poem\/\w+\(.*\)\]: done -> 4$/m);
  expect(stderr).toMatch(/-end-of-queue-$/m);
});

test('run --report writes what ran, with and without a cache, and what failed', { timeout: 60_000 }, async () => {
  const report = async (...args: string[]): Promise<{ sessions: object[]; jobs: RecordedJob[] }> => {
    await somen('run', POEM, '--report', 'report.json', ...args);
    return JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as never;
  };
  const fresh = await report('--workers', '1', '--', '1', 'Oote', 'Boe');
  expect(fresh).toMatchObject({
    format: 'somen/report/1',
    arguments: ['1', 'Oote', 'Boe'],
    sessions: [{ status: 'done' }],
  });
  const counts = ({ jobs: all }: { jobs: RecordedJob[] }, wanted: string): number =>
    all.filter(({ status }) => status === wanted).length;
  const computed = counts(fresh, 'done');
  expect(computed).toBeGreaterThan(1);
  expect(await report('--workers', '1', '--', '1', 'Oote', 'Boe')).toMatchObject({
    // The task, and the end of the workflow that it returned.
    jobs: [{ status: 'retrieved' }, { status: 'retrieved' }],
  });
  expect(counts(await report('--no-cache', '--workers', '1', '--', '1', 'Oote', 'Boe'), 'done')).toBe(computed);
  const unwritable = await somen('run', POEM, '--report', 'no/such/folder.json', '--workers', '1', '--', '1', 'Oote');
  expect([unwritable.code, unwritable.stderr]).toEqual([
    1,
    expect.stringContaining("Cannot write the report 'no/such"),
  ]);
});

test('what run does can be asked for: jobs, why, trace, show, sessions', { timeout: 60_000 }, async () => {
  expect(await poem('1', 'Oote', 'oote', 'oote', 'Boe')).toBe('15');
  expect(await poem('1', 'Oote', 'oote', 'oote', 'Boe')).toBe('15');
  expect(await poem('1', 'Oe', 'oe', 'oote', 'oote', 'oote')).toBe('16');
  expect(await poem('2', 'Oe')).toBe('2');
  const statuses = async (session: string): Promise<string[]> =>
    (await jobs('--session', session)).map(({ task, status }) => `${task} ${status}`).toSorted();
  const { stdout } = await somen('sessions', '--json');
  const sessions = JSON.parse(stdout) as { session: string; status: string; program: string }[];
  expect(sessions.map(({ status, program }) => [status, program])).toEqual(
    Array.from({ length: 4 }, () => ['done', POEM]),
  );
  const [last, , , first] = sessions.map(({ session }) => session);
  expect(await statuses(last ?? '')).toEqual(['poem/size done', 'poem/sum done']);
  const counts = (await statuses(first ?? '')).filter((status) => status.startsWith('poem/size'));
  expect(counts).toEqual(['poem/size attached', 'poem/size done', 'poem/size done', 'poem/size done']);
  expect(await why("size('Oote')")).toMatchObject({ reason: 'new task' });
  expect(await why("size('Oe')")).toMatchObject({ reason: 'version changed', version: { before: '1', now: '2' } });
  expect(await why("size('oe')")).toMatchObject({ reason: 'argument changed', changes: [{ index: 0, now: "'oe'" }] });
  const trace = await somen('trace', await keyOf('sum([4, 4, 4, 3])'));
  expect(trace.stdout).toContain("size('Oote') -> 4");
  expect(trace.stdout).toContain('add(12, 3) -> 15');
  const show = await somen('show', (await keyOf("size('oe')")).slice(0, 10));
  expect(show.stdout).toMatch(/cache +value of 1 B from .* by somen-1 in session \d{8}T\d{9}Z-\w+/);
  expect(await somen('cache', 'verify')).toMatchObject({ code: 0 });
});

test('a call whose record was evicted runs again, and why says so', async () => {
  await poem('1', 'Oote');
  expect(await somen('cache', 'clear')).toMatchObject({ code: 0 });
  await poem('1', 'Oote');
  expect(await why("size('Oote')")).toMatchObject({ reason: 'evicted' });
});

test('a failed run exits with 1, and jobs --failed tells of it', async () => {
  const { code, stderr } = await somen('run', POEM, '--', '1');
  expect(code).toBe(1);
  expect(stderr).toContain('RangeError: No words');
  expect(await jobs('--failed')).toMatchObject([{ task: 'poem/fail', error: { message: 'No words' } }]);
});

test('run --no-cache remembers nothing', async () => {
  expect(await somen('run', POEM, '--no-cache', '--', '1', 'Oote')).toMatchObject({ code: 0, stdout: '4\n' });
  expect(await somen('jobs')).toMatchObject({ code: 1 });
});

test('graph draws what became of a run when it is told to run', async () => {
  const { code, stdout } = await somen('graph', POEM, '--run', '--format', 'mermaid', '--', '1', 'Oote', 'Boe');
  expect(code).toBe(0);
  expect(stdout).toContain(`["size('Oote')<br>done"]`);
  const again = await somen('graph', POEM, '--run', '--json', '--', '1', 'Oote', 'Boe');
  expect(again.stdout).toContain('"state": "retrieved"');
});

test('Ctrl-C ends a run whose task is stuck, with 130, and the next one goes on from there', async () => {
  const log = join(folder, 'log');
  for (let round = 0; round < 2; round++) {
    const child = spawn(process.execPath, [PROGRAM, 'run', fixture('endless.mjs'), '--', log], { cwd: folder });
    child.stderr.resume();
    await once(child.stdout, 'data');
    const closed = once(child, 'close');
    child.kill('SIGINT');
    expect(await closed).toEqual([130, null]);
  }
  expect(await readFile(log, 'utf8')).toBe('quick\n');
  expect((await jobs()).map(({ task, status }) => `${task} ${status}`)).toEqual([
    'endless/stuck aborted',
    'endless/quick retrieved',
    'endless/stuck aborted',
    'endless/quick done',
  ]);
});

test('graph draws what a script would run, and runs nothing', async () => {
  const { code, stdout } = await somen('graph', POEM, '--', '1', 'Oote', 'Boe');
  expect(code).toBe(0);
  expect(stdout).toContain(`label="size('Oote')"`);
  expect(await somen('jobs')).toMatchObject({ code: 1 });
});
