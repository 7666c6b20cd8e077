/** The program `somen`: help, usage, questions about histories, and caches. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileCache, fileHistory, staticFolder } from 'somen/node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hexOf, putContent, putRecord, sha256 } from '../core/support/stored-records.js';
import {
  base64Of,
  BEGIN,
  jobEntry,
  joinEntry,
  keyOfCall,
  sessionEntries,
  sessionId,
  write,
  type Call,
} from '../core/support/written-history.js';
import { findPrograms } from '../support/find-program.js';
import { type Answer, environment, fixture, PROGRAM, runSomen, startSomen } from './support/cli-program.js';

const HOUR = 3_600_000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'somen-cli-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function somen(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Answer> {
  return runSomen(folder, args, env);
}

async function jsonOf(...args: string[]): Promise<unknown> {
  const { stdout, stderr, code } = await somen([...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const size = (word: string, version = '1'): Call => ['poem/size', version, [word]];
const sum: Call = ['poem/sum', '1', [[4, 3]]];

describe('help and usage', () => {
  const some = ['run', 'jobs', 'cache', 'graph', 'pilot', 'worker'];
  const below = ['ls', 'stats', 'verify', 'gc', 'export', 'import', 'clear'].map((name) => `cache ${name}`);

  test('somen --help names every command, and each has help with examples', { timeout: 60_000 }, async () => {
    const all = await somen(['--help']);
    expect(all.code).toBe(0);
    const [, listed = ''] = /Commands:\n(.*?)\n\n/s.exec(all.stdout) ?? [];
    const names = [...listed.matchAll(/^ {2}(\w+)/gm)].flatMap(([, name]) => name ?? []);
    expect(names).toEqual(expect.arrayContaining(some));
    for (const name of [...names, ...below]) {
      const { code, stdout, stderr } = await somen([...name.split(' '), '--help']);
      expect([name, code, stderr]).toEqual([name, 0, '']);
      expect(stdout).toMatch(new RegExp(`^Usage: somen ${name} `));
      expect(stdout).toContain('Examples:\n  somen ');
    }
    expect((await somen(['help', 'cache', 'gc'])).stdout).toContain('--max-bytes SIZE');
  });

  test('somen --version prints the version of the package', async () => {
    expect((await somen(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('wrong usage exits with 2, and says what may have been meant', async () => {
    const cases: readonly (readonly [args: string[], message: string])[] = [
      [[], ''],
      [['cache'], ''],
      [['jbos'], "there is no such command. Did you mean 'jobs'?"],
      [['cache', 'verfy'], "Cannot run 'somen cache verfy': there is no such command. Did you mean 'verify'?"],
      [['nonsense'], 'Commands are run, profiles, jobs'],
      [['jobs', '--failde'], 'Did you mean --failed?'],
      [['jobs', 'extra'], 'it takes no arguments'],
      [['jobs', '--limit', 'x'], 'it must be a whole number from 0'],
      [['jobs', '--slow', '0'], 'it must be a whole number from 1'],
      [['jobs', '--status', 'faild'], 'Did you mean failed?'],
      [['show'], 'it needs KEY'],
      [['why', 'xyz'], 'it must be the first 4 to 64 hex characters'],
      [['run'], 'it needs SCRIPT'],
      [['run', 'none.mjs'], "Cannot run 'none.mjs': there is no such file"],
      [
        ['run', fixture('exits.mjs'), 'a'],
        `Arguments of the script stand after --: somen run ${fixture('exits.mjs')} -- a`,
      ],
      [['run', fixture('exits.mjs'), '--progress', 'fany'], 'Did you mean fancy?'],
      [['run', fixture('exits.mjs'), '--workers', '0'], 'it must be a whole number from 1'],
      [['graph', fixture('draws.mjs'), '--format', 'dott'], 'Did you mean dot?'],
      [['cache', 'gc', '--max-bytes', 'much'], 'it must be a size such as 500MB'],
      [['cache', 'gc', '--max-age', '10'], 'it must be a time such as 30d'],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await somen(args);
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).toContain(message);
    }
  }, 60_000);
});

describe('questions', () => {
  const cache = (): string => join(folder, 'asked');
  const ask = (...args: string[]): Promise<Answer> => somen([...args, '--cache', cache()]);
  const askJson = (...args: string[]): Promise<unknown> => jsonOf(...args, '--cache', cache());
  const failure = { name: 'RangeError', message: 'no \u001b[31m good\nat all' };
  const oote = keyOfCall(size('Oote'));

  beforeAll(async () => {
    const history = fileHistory(cache());
    await write(
      history,
      sessionEntries([
        jobEntry(1, size('Oote'), { result: base64Of(4), stored: true, duration: 1234 }),
        jobEntry(2, size('Boe'), { result: base64Of(3) }),
        joinEntry(3, [1, 2]),
        jobEntry(4, sum, { inputs: [3], result: base64Of(7) }),
      ]),
      sessionEntries(
        [
          jobEntry(1, size('Oote'), { status: 'retrieved', time: BEGIN + HOUR }),
          jobEntry(2, size('Boe', '2'), { time: BEGIN + HOUR + 1, digest: 'ab'.repeat(32), length: 5000 }),
          jobEntry(3, ['poem/fail', '1', []], { status: 'failed', error: failure, time: BEGIN + HOUR + 2 }),
        ],
        { time: BEGIN + HOUR - 1 },
        'failed',
      ),
      sessionEntries([], { time: BEGIN + 2 * HOUR, host: hostname(), pid: process.pid }, 'open'),
      sessionEntries([], { time: BEGIN + 3 * HOUR, host: hostname(), pid: 2 ** 22 + 1 }, 'open'),
    );
  });

  test('sessions lists them, and tells what runs from what crashed', async () => {
    const { code, stdout } = await ask('sessions');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^SESSION +BEGAN +STATUS +TOOK +RAN +RETRIEVED +ATTACHED +FAILED +PROGRAM$/);
    expect(lines[1]).toMatch(new RegExp(`^${sessionId(3)}  2026-11-26 23:00:00  crashed `));
    expect(lines[2]).toMatch(/ running /);
    expect(lines[3]).toMatch(/ failed +4\.00 ms|failed .* 2 +1 +0 +1 +poem\.mjs/);
    expect(lines[4]).toMatch(/ done .* 3 +0 +0 +0 +poem\.mjs/);
    expect(await askJson('sessions', '-n', '1')).toMatchObject([{ session: sessionId(3), status: 'crashed' }]);
  });

  test('jobs lists them, the newest first', async () => {
    const { code, stdout, stderr } = await ask('jobs');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toMatch(/^STATUS +KEY +CALL +TOOK +WHEN +WHERE +SESSION$/);
    expect(lines[1]).toMatch(
      /^failed +\w{12}  fail\(\) ! RangeError: no \\u001b\[31m good\\nat all +2\.00 ms  2026-11-26 21:00:00/,
    );
    expect(lines[2]).toMatch(/^done +\w{12}  size\('Boe'\) -> \[5 kB, abababababab\]/);
    expect(lines.at(-1)).toMatch(new RegExp(`^done +${oote.slice(0, 12)}  size\\('Oote'\\) -> 4 +1\\.23 s`));
    expect(lines).toHaveLength(7);
  });

  test('jobs lists those that are asked for', async () => {
    const tasks = async (...args: string[]): Promise<unknown[]> =>
      ((await askJson('jobs', ...args)) as { task: string; version: string }[]).map(
        ({ task, version }) => `${task} ${version}`,
      );
    expect(await tasks('--failed')).toEqual(['poem/fail 1']);
    expect(await tasks('--slow', '1')).toEqual(['poem/size 1']);
    expect((await tasks('--slow'))[0]).toBe('poem/size 1');
    expect(await tasks('--slow', '--task', 'sum')).toEqual(['poem/sum 1']);
    expect(await tasks('--task', 'size', '-n', '2')).toEqual(['poem/size 2', 'poem/size 1']);
    expect(await tasks('--session', sessionId(0), '-n', '0')).toHaveLength(3);
    expect(await tasks('--status', 'retrieved')).toEqual(['poem/size 1']);
    const none = await ask('jobs', '--task', 'nothing', '--json');
    expect(none).toMatchObject({ code: 1, stdout: '[]\n' });
    expect(none.stderr).toContain('No such jobs');
    expect(await ask('jobs', '--session', 'x')).toMatchObject({ code: 1, stdout: '' });
    expect((await ask('jobs', '--session', '2026')).stderr).toContain('Cannot tell which session');
  });

  test('show tells of a key, which may be abbreviated', async () => {
    const { code, stdout } = await ask('show', oote.slice(0, 8));
    expect(code).toBe(0);
    expect(stdout).toContain(`key      ${oote}\n`);
    expect(stdout).toContain("call     size('Oote')\n");
    expect(stdout).toContain('result   -> 4\n');
    expect(stdout).toContain('cache    no record\n');
    expect(stdout).toContain('retrieved');
    expect(await askJson('show', oote)).toMatchObject({ key: oote, task: 'poem/size', jobs: { length: 2 } });
    const unknown = await ask('show', '0000');
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain("Cannot find the key '0000'");
  });

  test('why says why a call ran', async () => {
    const key = keyOfCall(size('Boe', '2'));
    const { code, stdout } = await ask('why', key.slice(0, 10));
    expect(code).toBe(0);
    expect(stdout).toContain("version changed: Its version changed from '1' to '2'\n");
    expect(await askJson('why', key)).toMatchObject({ reason: 'version changed', before: { session: sessionId(0) } });
    expect((await ask('why', '0000')).code).toBe(1);
  });

  test('trace draws how a value came to be', async () => {
    const { code, stdout } = await ask('trace', keyOfCall(sum));
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.replaceAll(/ [0-9a-f]{12} /g, ' '))).toEqual([
      'done sum([4, 3]) -> 7  2.00 ms',
      "├─ done size('Oote') -> 4  1.23 s",
      "└─ done size('Boe') -> 3  2.00 ms",
      '',
    ]);
    const retrieved = await ask('trace', oote);
    expect(retrieved.stdout).toMatch(/^retrieved .*\n└= done /);
    expect(await askJson('trace', keyOfCall(sum))).toMatchObject({ jobs: [{ inputs: [1, 2] }, {}, {}] });
  });

  test('log prints the entries of a session', async () => {
    const { code, stdout } = await ask('log', '--session', sessionId(0));
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `session ${sessionId(0)} 2026-11-26 19:59:59 poem.mjs Node 20.20.2`,
      '19:59:59.995 run 1 begins',
      expect.stringMatching(/^20:00:00\.010 done {6}\w{12} size\('Oote'\) -> 4 {2}1\.23 s$/),
      expect.stringContaining("size('Boe') -> 3"),
      expect.stringContaining('sum([4, 3]) -> 7'),
      expect.stringMatching(/^20:00:00\.045 run 1 done: 4 jobs/),
      '',
    ]);
    const { stdout: lines } = await ask('log', '--json', '--session', sessionId(0));
    const documents = lines.trim().split('\n');
    expect(documents.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      'session',
      'run',
      'job',
      'job',
      'job',
      'job',
      'end',
    ]);
    expect((await somen(['log', '--cache', 'nothing-here'])).code).toBe(1);
  });

  test('log --follow prints what another process adds, until Ctrl-C', async () => {
    const child = startSomen(folder, ['log', '--follow', '--cache', cache()]);
    await child.said('stderr', 'Following');
    await fileHistory(cache()).append(sessionId(9), [jobEntry(1, ['poem/late', '1', [5]])]);
    await child.said('stdout', 'late(5)');
    child.process.kill('SIGINT');
    expect(await child.ended).toEqual([null, 'SIGINT']);
    await fileHistory(cache()).remove(sessionId(9));
  });

  test('output fits the width that there is, in columns and not in bytes', async () => {
    const wide = join(folder, 'wide');
    const jobs = ['素麺'.repeat(30), 'ō'.repeat(70), '🍜'.repeat(40)].map((text, index) =>
      jobEntry(index + 1, size(text)),
    );
    await write(fileHistory(wide), sessionEntries(jobs));
    for (const args of [['jobs'], ['log'], ['trace', keyOfCall(size('🍜'.repeat(40)))]]) {
      const { stdout } = await somen([...args, '--cache', wide], { COLUMNS: '70' });
      const widths = stdout.split('\n').map((line) => line.replaceAll(/\p{Script=Han}|🍜/gu, 'ww').length);
      expect(Math.max(...widths)).toBeLessThanOrEqual(70);
      expect(stdout).toContain('…');
    }
    expect((await somen(['jobs', '--cache', wide])).stdout).not.toContain('…');
  });

  test('output has no colour where it is piped, whatever the terminal is called', async () => {
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'xterm-256color', COLORTERM: 'truecolor' }])
      expect((await somen(['jobs', '--cache', cache()], env)).stdout).not.toContain('\u001b');
  });

  test.runIf(process.platform === 'linux')('output has colour on a terminal, but not with NO_COLOR', async () => {
    const onTerminal = async (env: NodeJS.ProcessEnv): Promise<string> => {
      const command = `'${process.execPath}' '${PROGRAM}' jobs --cache '${cache()}'`;
      // In CI, Node takes no terminal for one with colours.
      const { NO_COLOR: _no, CI: _ci, ...rest } = environment;
      return new Promise((resolve, reject) => {
        execFile(
          findPrograms(['script'])[0] ?? 'script',
          ['-qec', command, '/dev/null'],
          { env: { ...rest, TERM: 'xterm-256color', ...env } },
          (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
        );
      });
    };
    expect(await onTerminal({})).toContain('\u001b[31mfailed\u001b[39m');
    const plain = await onTerminal({ NO_COLOR: '1' });
    expect(plain).not.toContain('\u001b');
    expect(plain).toContain('failed');
  });

  test('a reader that has seen enough ends the program quietly', async () => {
    const long = join(folder, 'long');
    const jobs = Array.from({ length: 20_000 }, (_, index) => jobEntry(index + 1, size(`${index}`)));
    await write(fileHistory(long), sessionEntries(jobs));
    const child = spawn(process.execPath, [PROGRAM, 'jobs', '-n', '0', '--cache', long], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment,
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(errors).toBe('');
  });
});

describe('cache', () => {
  let cache: string;
  let caches = 0;
  let keys: string[];

  beforeEach(async () => {
    cache = join(folder, `cache-${caches++}`);
    const files = fileCache(cache);
    keys = [
      await putRecord(files, 'small', { inline: Uint8Array.of(4).buffer, where: 'somen-1' }),
      await putRecord(files, 'large', {
        content: await putContent(files, new Uint8Array(5_000_000)),
        task: 'poem/text',
      }),
    ];
    keys.push(await putRecord(files, 'link', { kind: 'link', target: keys[0] }));
    await files.close?.();
  });

  const at = (...args: string[]): Promise<Answer> => somen(['cache', ...args, '--cache', cache]);
  const atJson = (...args: string[]): Promise<unknown> => jsonOf('cache', ...args, '--cache', cache);

  test('cache ls lists records', async () => {
    const { code, stdout } = await at('ls');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^KEY +TASK +KIND +SIZE +USED +WHERE\n/);
    expect(stdout).toContain('5 MB');
    expect(await atJson('ls', '--task', 'text')).toMatchObject([{ key: keys[1], task: 'poem/text' }]);
    expect(await at('ls', '--task', 'nothing')).toMatchObject({ code: 1, stdout: '' });
    expect(await at('ls', '-n', '1', '--json')).toMatchObject({ code: 0 });
  });

  test('cache stats counts', async () => {
    expect((await at('stats')).stdout).toMatch(
      /^records {3}3, .*\ncontents {2}3, 5 MB\n\nTASK +RECORDS +SIZE\npoem\/text +1 +5 MB\n/,
    );
    expect(await atJson('stats')).toMatchObject({ ac: { count: 3 }, cas: { count: 3 }, damaged: 0 });
    expect(await jsonOf('cache', 'stats', '--cache', join(folder, 'empty'))).toMatchObject({ ac: { count: 0 } });
  });

  test('cache verify finds damage, and exits with 1', async () => {
    expect(await at('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining('0 damaged') });
    const chunk = hexOf(await sha256(new Uint8Array(4_194_304)));
    await writeFile(join(cache, 'cas', chunk.slice(0, 2), chunk), new Uint8Array(100));
    const { code, stdout } = await at('verify');
    expect(code).toBe(1);
    expect(stdout).toContain(`damaged cas/${chunk}`);
    expect(await at('verify', '--remove', '--json')).toMatchObject({ code: 1 });
    expect(await at('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 record without contents') });
  });

  test('cache gc removes what is too much', async () => {
    expect(await at('gc', '--max-bytes', '1kB', '--dry-run')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Would remove'),
    });
    expect(await atJson('stats')).toMatchObject({ ac: { count: 3 } });
    expect(await atJson('gc', '--max-age', '30d', '--grace', '0')).toMatchObject({ removedRecords: 0 });
    expect(await atJson('gc', '--max-bytes', '0')).toMatchObject({ removedRecords: 3, removedContents: 3, after: 0 });
    expect(await atJson('stats')).toMatchObject({ ac: { count: 0 }, cas: { count: 0 } });
  });

  test('cache export and import copy records between both layouts', async () => {
    const site = join(folder, `site-${caches}`);
    expect(await atJson('export', site, '--static')).toMatchObject({ records: 3, contents: 3, skipped: [] });
    expect((await readdir(join(site, 'ac'))).toSorted()).toEqual(keys.toSorted());
    expect(await somen(['cache', 'verify', '--cache', site])).toMatchObject({ code: 0 });
    const other = join(folder, `other-${caches}`);
    const imported = await somen(['cache', 'import', site, '--cache', other, '-k', keys[2]?.slice(0, 8) ?? '']);
    expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('Copied 2 records and 0 contents') });
    expect(await fileCache(other).get('ac', keys[0] ?? '')).toBeInstanceOf(Uint8Array);
    const team = join(folder, `team-${caches}`);
    expect((await at('export', team)).stdout).toContain(`file:${team}`);
    expect(await at('export', team, '-k', '0000')).toMatchObject({ code: 1 });
  });

  test('cache export leaves out what is damaged, and exits with 1', async () => {
    const chunk = hexOf(await sha256(new Uint8Array(4_194_304)));
    await writeFile(join(cache, 'cas', chunk.slice(0, 2), chunk), new Uint8Array(100));
    const site = join(folder, `damaged-${caches}`);
    const { code, stdout, stderr } = await at('export', site, '--static');
    expect(code).toBe(1);
    expect(stdout).toContain('Copied 2 records');
    expect(stderr).toContain(`Left out ${keys[1]?.slice(0, 12)}`);
    expect(await staticFolder(site).get('ac', keys[1] ?? '')).toBeUndefined();
  });

  test('cache clear removes everything, and the history on demand', async () => {
    await write(fileHistory(cache), sessionEntries([]));
    expect(await atJson('clear')).toEqual({ entries: 6, sessions: 0 });
    expect(await fileHistory(cache).sessions()).toHaveLength(1);
    expect((await at('clear', '--history')).stdout).toBe('Removed 0 entries and 1 session\n');
    expect(await fileHistory(cache).sessions()).toEqual([]);
  });
});
