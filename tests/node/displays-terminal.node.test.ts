/** Displays on real terminals: what the screen looks like while a run goes on, after a resize, and in the end. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { widthOf } from '../../dist/node/displays/text.js';
import { packageRoot } from '../support/package-root.js';
import { onTerminal, type TerminalOptions, type TerminalRun } from '../support/terminal.js';

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/displays/${name}`, import.meta.url));
const PROGRAM = join(packageRoot, 'dist', 'node', 'cli', 'main.js');

/** As for browsers: CI has Python, and elsewhere it is asked if it is there. */
const isMissing = process.env['CI'] === undefined && spawnSync('python3', ['--version']).status !== 0;

function start(args: readonly string[], options?: TerminalOptions): TerminalRun {
  const run = onTerminal(args, options);
  onTestFinished(() => run.stop());
  return run;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'somen-displays-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A run of the fixture that goes on until it is typed letters. */
function live(scenario: string, options?: TerminalOptions): TerminalRun {
  return start([fixture('live.mjs'), scenario], options);
}

const has =
  (text: string | RegExp) =>
  (lines: readonly string[]): boolean =>
    lines.some((line) => (typeof text === 'string' ? line.includes(text) : text.test(line)));

/** The lines that are drawn over and over, of which there must be one set. */
const statusLines = (lines: readonly string[]): number => lines.filter((line) => /^\d+\/\d+ jobs/.test(line)).length;

const BOIL = [
  '╭─(Building target hello)',
  '│ Compiling src/mandel.cc ... (✔)',
  '│ Compiling src/common.cc ... (✔)',
  '│ Compiling src/render.cc ... (✔)',
  '│ Compiling src/iterate.cc ... (✔)',
  '│ Compiling src/julia.cc ... (✔)',
  '│ Compiling main/main.cc ... (✔)',
  '│ Linking ... (✔)',
  '╰─(success)',
];

describe.skipIf(isMissing)('fancyDisplay on a terminal', { timeout: 60_000 }, () => {
  test('fancyDisplay looks as the make tool of the seed does, in colour', async () => {
    const run = start([fixture('boil.mjs')]);
    expect(await run.ended).toBe(0);
    expect(await run.lines()).toEqual([...BOIL, expect.stringMatching(/^src\/mandel\.o .* main\/main\.o$/)]);
    expect(run.raw()).toContain('(\u001b[32m✔\u001b[39m)');
    expect(run.cursorIsShown()).toBe(true);
  });

  test('fancyDisplay shows what the compiler said, and has no colours with NO_COLOR', async () => {
    const run = start([fixture('boil.mjs'), 'src/render.cc'], { env: { NO_COLOR: '1' } });
    expect(await run.ended).toBe(3);
    expect(await run.lines()).toEqual([
      ...BOIL.slice(0, 3),
      '│ Compiling src/render.cc ... (✗)',
      String.raw`│ src/render.cc:1:1: error: no \u001b[2Jfuture`,
      '╰─(failed)',
    ]);
    // oxlint-disable-next-line no-control-regex -- colours
    expect(run.raw()).not.toMatch(/\u001b\[[\d;]*m/);
  });

  test('fancyDisplay counts what has no text below what others write, and leaves only what is done', async () => {
    const run = live('counts', { columns: 60, rows: 12 });
    await run.until('all but three are done', has('size  197/200  3 running'));
    run.type('w');
    const asked = await run.until('it asks', (lines) => lines.at(-1) === 'a question?');
    // Nothing is drawn behind an unfinished line, where an answer may be typed.
    expect(asked).toEqual(['a line', 'a question?']);
    run.type('n');
    const going = await run.until('it goes on', (lines) => has('an error')(lines) && statusLines(lines) === 1);
    expect(going.slice(0, 3)).toEqual(['a line', 'a question? answered', 'an error']);
    expect(going[3]).toMatch(/^[⠀-⣿] Doing 日本語 👩‍🚀 \{\\u001b\[2J\}/u);
    expect(going[4]).toBe('size  197/200  3 running');
    expect(going[5]).toMatch(/^197\/201 jobs {2}197 ran {2}4 running .*\d\.\d s$/);
    run.type('a');
    expect(await run.ended).toBe(0);
    expect(await run.lines()).toEqual([
      'a line',
      'a question? answered',
      'an error',
      'Doing 日本語 👩‍🚀 {\\u001b[2J} (✔)',
      'the end',
    ]);
    expect(run.cursorIsShown()).toBe(true);
  });

  test('fancyDisplay stays whole when the terminal is resized, and never fills it', async () => {
    const run = live('narrow', { columns: 76, rows: 24 });
    await run.until('it is drawn', (lines) => statusLines(lines) === 1);
    for (const [columns, rows] of [
      [40, 24],
      [62, 14],
      [90, 30],
      [46, 30],
    ] as const) {
      run.resize(columns, rows);
      const height = Math.min(12, Math.floor((rows - 1) / 2));
      const fits = (lines: readonly string[]): boolean =>
        statusLines(lines) === 1 && lines.length === height && [1, 2].includes(columns - widthOf(lines[0] ?? ''));
      const lines = await run.until(`it fits ${columns} columns`, fits);
      expect(lines.at(-2)).toBe(`… and ${30 - height + 2} more`);
    }
    run.type('a');
    expect(await run.ended).toBe(0);
    const lines = await run.lines();
    expect(lines).toHaveLength(30);
    expect(new Set(lines).size).toBe(1);
    expect(lines[0]).toMatch(/^Doing wide 日本.*… \(✔\)$/u);
  });

  test('fancyDisplay keeps the groups of two runs apart, and what workers write above both', async () => {
    const run = live('groups', { columns: 70 });
    await run.until('both are drawn', (lines) => statusLines(lines) === 2);
    run.type('b');
    await run.until('others wait for their turn', has('Group two  › '));
    run.type('acd');
    expect(await run.ended).toBe(0);
    const lines = await run.lines();
    const firstLines = lines.filter((line) => !line.startsWith('Done:'));
    expect(firstLines.filter((line) => line.startsWith('╭'))).toHaveLength(3);
    // Each box is closed before the next one begins.
    expect(firstLines.map((line) => line[0]).join('')).toBe('╭││╰╭││╰╭││╰');
    expect(lines.filter((line) => line.startsWith('Done:'))).toHaveLength(2);
    const talking = live('workers');
    await talking.until('the worker has written', has('from a worker'));
    talking.type('a');
    expect(await talking.ended).toBe(0);
    expect((await talking.lines()).toSorted()).toEqual(['Doing here (✔)', 'from a worker']);
  });

  test('fancyDisplay draws runs on standard output and on standard error below each other', async () => {
    const run = live('streams');
    await run.until('both are drawn', (lines) => statusLines(lines) === 2);
    run.type('a');
    expect(await run.ended).toBe(0);
    expect((await run.lines()).toSorted()).toEqual(['Doing one (✔)', 'Doing two (✔)']);
  });

  test('fancyDisplay leaves the cursor and the lines as they should be after Ctrl-C', async () => {
    const folder = await temporaryFolder();
    for (const command of [[], [PROGRAM, 'run', '--no-cache']]) {
      const run = start([...command, fixture('live.mjs'), ...(command.length > 0 ? ['--'] : []), 'interrupted'], {
        cwd: folder,
      });
      await run.until('it is drawn', (lines) => statusLines(lines) === 1);
      expect(run.cursorIsShown()).toBe(false);
      run.type('\u0003');
      const code = await run.ended;
      expect(run.cursorIsShown()).toBe(true);
      if (command.length > 0) {
        expect(code).toBe(130);
        expect((await run.lines()).at(-1)).toContain('Stopping. The same command goes on from there');
      }
    }
  });

  test('what is shown by default is plain in CI, whose logs keep every frame', async () => {
    const run = live('counts', { env: { CI: 'true' } });
    run.type('wna');
    expect(await run.ended).toBe(0);
    expect((await run.lines()).slice(-2)).toEqual(['Doing 日本語 👩‍🚀 {\\u001b[2J} done', 'the end']);
    expect(run.raw()).not.toContain('\u001b');
  });

  test('a run on a terminal tells a failure once: run of the command line with its source, else Node', async () => {
    const folder = await temporaryFolder();
    const told = async (args: readonly string[]): Promise<string> => {
      const run = start(args, { columns: 200, cwd: folder });
      expect(await run.ended).toBe(args.includes('caught') ? 0 : 1);
      return (await run.lines()).join('\n');
    };
    const byCommand = await told([PROGRAM, 'run', fixture('fails.mjs')]);
    expect(byCommand.match(/Cannot read the recipe/g)).toHaveLength(2);
    expect(byCommand).toContain(String.raw`✗ parse('{salt: \u001b[2J}')` + '\n  Error: Cannot read the recipe');
    expect(byCommand).toContain('  caused by SyntaxError: ');
    expect(byCommand).toContain(
      "  >  9 |       throw new Error(`Cannot read the recipe '${text}'`, { cause });\n       |             ^",
    );
    expect(byCommand).toMatch(/ {2}tried {4}2 times\n {2}key {6}[0-9a-f]{64}\n/);
    expect(byCommand).toContain('the same command goes on from there');
    const byNode = start([fixture('fails.mjs')]);
    expect(await byNode.ended).toBe(1);
    expect(byNode.raw().match(/Error: Cannot read the recipe/g)).toHaveLength(1);
    expect(await told([fixture('fails.mjs'), 'caught'])).toBe('caught parse');
  });
});

describe('displays without a terminal', () => {
  async function piped(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, args, { env: { ...process.env, ...env } }, (_error, stdout, stderr) =>
        resolve({ stdout, stderr }),
      );
    });
  }

  test('what has a text is told in plain lines by default, and all else is silent', async () => {
    const boil = await piped([fixture('boil.mjs')], { FORCE_COLOR: '1' });
    expect(boil.stderr.split('\n').slice(0, 2)).toEqual(['Building target hello', 'Compiling src/mandel.cc ... done']);
    expect(boil.stderr.endsWith('Building target hello: success\n')).toBe(true);
    expect(await piped([fixture('fails.mjs'), 'caught'])).toEqual({ stdout: 'caught parse\n', stderr: '' });
  });
});
