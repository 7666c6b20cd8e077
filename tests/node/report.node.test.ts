/** Reports in files: by the option, by `somen run`, and afterwards by `somen report`. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inline, run, schedule, type ReportDocument, type TraceDocument } from 'somen/node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { packageRoot } from '../support/package-root.ts';
import { runsInPage } from '../support/report-runs.ts';

const PROGRAM = join(packageRoot, 'dist', 'node', 'cli', 'main.js');
const SCRIPT = fileURLToPath(new URL('./fixtures/cli/reports.mjs', import.meta.url));
const add = schedule((a: number, b: number) => a + b, { name: 'report-file/add' });
const options = { executor: inline(), display: false } as const;

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'somen-report-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function somen(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROGRAM, ...args], { cwd: folder }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

async function json<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(at(name), 'utf8')) as T;
}

describe('report', () => {
  test('report writes all runs that name a file into it, whole ones at each moment', async () => {
    expect(await run(add(1, 2), { ...options, report: at('runs.html') })).toBe(3);
    expect(await runsInPage(at('runs.html'))).toHaveLength(1);
    await run(add(3, 4), { ...options, report: pathToFileURL(at('runs.html')) });
    // A run that follows at once is written a little later, with the end of the process at the latest.
    await vi.waitFor(async () => expect(await runsInPage(at('runs.html'))).toHaveLength(2), 14_000);
    const [first, second] = await runsInPage(at('runs.html'));
    expect([first?.jobs.value, second?.jobs.value]).toEqual([['3'], ['7']]);
    expect(first?.about).toMatchObject({
      platform: `Node ${process.versions.node}`,
      machine: { cores: expect.any(Number), memory: expect.any(Number), system: expect.any(String) },
      versions: { node: process.versions.node },
    });
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('report writes data and traces where the name says so', async () => {
    await run(add(1, 2), { ...options, report: at('run.json') });
    expect(await json<ReportDocument>('run.json')).toMatchObject({
      format: 'somen/report/2',
      runs: [{ status: 'done', jobs: { value: ['3'] } }],
    });
    await run(add(1, 2), { ...options, report: at('run.trace.json') });
    const { traceEvents } = await json<TraceDocument>('run.trace.json');
    expect(traceEvents.filter(({ ph }) => ph === 'X')).toMatchObject([{ name: 'report-file/add', pid: 1 }]);
  });

  test('report refuses a path that cannot work before anything runs', async () => {
    const refused = (report: string | URL): Promise<unknown> => run(add(1, 2), { ...options, report });
    await expect(refused(at('no/such/report.html'))).rejects.toThrow(/there is no folder .*no\/such\. Make it first/);
    await expect(refused(at('report.txt'))).rejects.toThrow(/its name says no format. Let it end in \.html/);
    await expect(refused(new URL('https://example.org/report.html'))).rejects.toThrow(/begins with file:/);
  });

  test('report that cannot be written is one warning, and the results of the runs are there', async () => {
    await mkdir(at('taken.html'));
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const report = at('taken.html');
    expect(await run(add(1, 2), { ...options, report })).toBe(3);
    expect(await run(add(3, 4), { ...options, report })).toBe(7);
    expect(warn.mock.calls.map((values) => values.map(String).join(' '))).toEqual([
      expect.stringMatching(/The report of a run is lost: Error: Cannot write the report '.*taken\.html'/),
    ]);
    warn.mockRestore();
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('somen run --report', { timeout: 60_000 }, () => {
  test('somen run --report writes a page of all runs of a script that ends itself, and a trace beside it', async () => {
    const args = ['--workers', '1', '--report', 'exits.html', '--trace', 'exits.json', '--', 'exits'];
    expect(await somen('run', SCRIPT, ...args)).toEqual({ code: 3, stdout: '6\n', stderr: '' });
    const [only, ...others] = await runsInPage(at('exits.html'));
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      status: 'done',
      workers: ['somen-1'],
      about: { program: SCRIPT, arguments: ['exits'] },
    });
    expect(only?.bytes.cacheWritten).toBeGreaterThan(0);
    const { traceEvents } = await json<TraceDocument>('exits.json');
    expect(traceEvents.filter(({ ph }) => ph === 'X')).toHaveLength(2);
  });

  test('somen run refuses files whose names do not say what they are', async () => {
    for (const [option, file] of [
      ['--report', 'report.txt'],
      ['--trace', 'trace.html'],
    ] as const) {
      const { code, stderr } = await somen('run', SCRIPT, option, file);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/Cannot write a (report|trace) to '.*': its name must/),
      ]);
    }
    expect((await readdir(folder)).filter((name) => /\.txt$|^trace\.html$/.test(name))).toEqual([]);
  });

  test('somen run --report writes a page of a script that fails, with the failure and the log', async () => {
    const { code } = await somen('run', SCRIPT, '--workers', '1', '--report', 'fails.html', '--', 'fails');
    expect(code).toBe(1);
    const runs = await runsInPage(at('fails.html'));
    expect(runs.map(({ status }) => status)).toEqual(['done', 'failed']);
    expect(runs[1]).toMatchObject({
      log: [{ level: 'info', text: 'told first', name: 'reports/tell' }],
      errors: [
        [expect.any(Number), { name: 'RangeError', message: 'no luck', stack: expect.stringContaining(SCRIPT) }],
      ],
    });
  });

  test('somen run --report writes a page when Ctrl-C ends the script', async () => {
    const args = [PROGRAM, 'run', SCRIPT, '--workers', '2', '--report', 'stuck.html', '--', 'stuck'];
    const child = spawn(process.execPath, args, { cwd: folder });
    child.stderr.resume();
    await once(child.stdout, 'data');
    const closed = once(child, 'close');
    child.kill('SIGINT');
    expect(await closed).toEqual([130, null]);
    const [stopped, ...others] = await runsInPage(at('stuck.html'));
    expect(others).toEqual([]);
    expect(stopped).toMatchObject({ status: 'aborted', error: { name: 'Interrupted' } });
  });

  test('somen run --report refuses a folder that is not there before the script runs', async () => {
    const { code, stdout, stderr } = await somen('run', SCRIPT, '--report', 'no/such/report.html');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^Cannot write a report to '.*': there is no folder/);
  });
});

describe('somen report', { timeout: 60_000 }, () => {
  test('somen report makes a page of a session, and of a report in JSON of either format', async () => {
    await somen('run', SCRIPT, '--cache', 'history', '--workers', '1', '--report', 'script.json');
    expect(await somen('report', '--cache', 'history')).toEqual({ code: 0, stdout: 'report.html\n', stderr: '' });
    expect(await somen('report', 'script.json', '-o', 'script.html')).toMatchObject({ code: 0 });
    const [last, ...others] = await runsInPage(at('report.html'));
    expect(others).toEqual([]);
    expect(last).toMatchObject({ status: 'done', about: { program: SCRIPT, session: expect.any(String) } });
    expect(last?.jobs.value[0]).toBe("'second'");
    const [first, second, ...more] = await runsInPage(at('script.html'));
    expect(more).toEqual([]);
    expect(first).toMatchObject({ status: 'done', summary: { ran: 2 }, workers: ['somen-1'] });
    expect(first?.jobs.args.slice(0, 2)).toEqual([
      ['1', '2'],
      ['3', '3'],
    ]);
    expect(first?.jobs.inputs[1]).toEqual([0, -1]);
    expect(second?.tasks[0]?.name).toMatch(/tell$/);
    await run(add(5, 6), { ...options, report: at('own.json') });
    expect(await somen('report', 'own.json', '-o', 'own.html')).toMatchObject({ code: 0 });
    expect((await runsInPage(at('own.html')))[0]?.jobs.value).toEqual(['11']);
  });

  test('somen report tells what it cannot read', async () => {
    await writeFile(at('other.json'), '{"format":"other"}');
    const told = async (...args: string[]): Promise<unknown> => {
      const { code, stderr } = await somen('report', ...args);
      return [code, stderr];
    };
    expect(await told('other.json')).toEqual([1, expect.stringContaining(`its format is "other"`)]);
    expect(await told('nobody', '--cache', 'history')).toEqual([
      1,
      expect.stringContaining("Cannot find the session 'nobody'"),
    ]);
    expect(await told('own.json', '-o', 'page.pdf')).toEqual([2, expect.stringContaining('Let it end in .html')]);
  });
});
