/** The program `somen` and what depends on Node in it: scripts that it loads and runs, and what it does at Ctrl-C. */
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, fixture, runSomen, startSomen } from './support/cli-program.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'somen-cli-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function somen(args: readonly string[]): Promise<Answer> {
  return runSomen(folder, args);
}

test('run sets defaults for the runs of a script, and hands on its arguments', async () => {
  const script = fixture('defaults.mjs');
  const told = async (...args: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await somen(['run', script, ...args]);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  };
  expect(await told()).toEqual({
    args: [],
    script,
    cache: `file:${join(folder, '.somen')}`,
    display: true,
    aborted: false,
  });
  expect(await told('--no-cache', '--progress', 'none', '--workers', '3', '--', '-x', '--help')).toEqual({
    args: ['-x', '--help'],
    script,
    executor: expect.any(String),
    display: false,
    aborted: false,
  });
  for (const kind of ['plain', 'fancy']) expect(await told('--progress', kind)).toMatchObject({ display: true });
  expect(await told('--cache', 'mine')).toMatchObject({ cache: `file:${join(folder, 'mine')}` });
});

test('run exits as the script does, and with 1 where it throws', async () => {
  expect(await somen(['run', fixture('exits.mjs')])).toMatchObject({ code: 7 });
  const { code, stderr } = await somen(['run', fixture('throws.mjs')]);
  expect(code).toBe(1);
  expect(stderr).toContain('RangeError: The script failed\n    at file://');
});

test.each([['awaited'], ['not-awaited'], ['caught']])(
  'run ends cleanly with 130 by Ctrl-C when the run is %s',
  async (mode) => {
    const child = startSomen(folder, ['run', fixture('waits.mjs'), '--', mode]);
    await child.said('stdout', 'waiting');
    child.process.kill('SIGINT');
    expect(await child.ended).toEqual([130, null]);
    expect(child.text('stderr')).toBe('Stopping. The same command goes on from there; Ctrl-C again ends at once\n');
    expect(child.text('stdout').includes('caught')).toBe(mode === 'caught');
  },
);

test('run says what TypeScript needs where this Node does not load it', async () => {
  const { typescript } = process.features as { readonly typescript?: unknown };
  // Not where it stands: the development of this package has tsx.
  await copyFile(fixture('typed.ts'), join(folder, 'typed.ts'));
  const { code, stdout, stderr } = await somen(['run', 'typed.ts']);
  if (typeof typescript === 'string') expect([code, stdout]).toEqual([0, 'typed\n']);
  else {
    expect(code).toBe(2);
    expect(stderr).toContain('Install tsx (npm install -D tsx), or use Node 22.18 or newer');
  }
});

test('graph draws what a script runs, without running it', async () => {
  const script = fixture('draws.mjs');
  const dot = await somen(['graph', script]);
  expect([dot.code, dot.stderr]).toEqual([0, '']);
  expect(dot.stdout.match(/digraph/g)).toHaveLength(2);
  expect(dot.stdout).toContain('1 [label="array(_, \'a \\"quoted\\" <text>\')", style=dashed];');
  expect(dot.stdout).toContain('  0 -> 1;\n  1 -> 2;');
  expect((await somen(['graph', script, '--format', 'mermaid'])).stdout).toContain(
    'n1["array(_, \'a #34;quoted#34; #60;text#62;\')"]',
  );
  const json = await somen(['graph', script, '--json']);
  expect([json.code, json.stderr]).toEqual([0, '']);
  expect(JSON.parse(json.stdout)).toMatchObject([
    { nodes: [{ name: 'draws/add', args: ['1', '2'] }, {}, { args: [null, '10n'] }], edges: { length: 2 } },
    { nodes: [{ args: ['3', '4'] }] },
  ]);
  const picture = join(folder, 'draws.svg');
  expect(await somen(['graph', script, '-o', picture])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(await readFile(picture, 'utf8')).toMatch(/^<svg [^]*>array\(_, [^]*<\/svg>\n$/);
  const unknown = await somen(['graph', script, '-o', 'draws.png']);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('its name must end with .dot')]);
  const nothing = await somen(['graph', script, '--', 'nothing']);
  expect(nothing).toMatchObject({ code: 1, stdout: '' });
  expect(nothing.stderr).toContain('it runs no workflow');
});
