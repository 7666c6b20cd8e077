/** Soba among the demos: jobs that exclude each other are never under way at the same time, all others may be. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../support/package-root.ts';
import { emptyFolder, runProgram } from './support/program.ts';

const noted = (name: string): string => `echo + ${name} >> log; sleep 0.05; echo - ${name} >> log`;
/** Ends only if the other one is under way, too. */
const meeting = (own: string, other: string): string =>
  `touch ${own}; until [ -e ${other} ]; do sleep 0.01; done; echo met`;

test('soba runs at the same time what does not exclude each other', { timeout: 30_000 }, async () => {
  const folder = await emptyFolder();
  const exclude: Readonly<Record<string, readonly string[]>> = { a: ['b', 'c'], b: ['c'], c: [], d: ['a', 'e'], e: [] };
  const jobs = [
    ...Object.entries(exclude).map(([task, others]) => ({ task, exclude: others, command: noted(task) })),
    { task: 6, exclude: ['a', 'b', 'c'], command: meeting('x', 'y') },
    { task: 7, exclude: ['d', 'e'], command: meeting('y', 'x') },
  ];
  await writeFile(join(folder, 'graph.json'), JSON.stringify(jobs));
  const { code, stdout, stderr } = await runProgram('soba', ['-j4', '--dumb', 'graph.json'], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('6: met\n7: met\n');

  const underWay = new Set<string>();
  const log = (await readFile(join(folder, 'log'), 'utf8')).trim().split('\n');
  expect(log).toHaveLength(10);
  for (const line of log) {
    const [what, name = ''] = line.split(' ');
    if (what === '-') underWay.delete(name);
    for (const other of what === '+' ? underWay : []) {
      expect(exclude[name]).not.toContain(other);
      expect(exclude[other]).not.toContain(name);
    }
    if (what === '+') underWay.add(name);
  }
});

test('soba feeds the philosophers, and draws who ate when', { timeout: 30_000 }, async () => {
  const graph = join(packageRoot, 'demo', 'node', 'soba', 'philosophers.json');
  const { code, stdout } = await runProgram('soba', ['--dumb', '-j', '5', graph], await emptyFolder());
  expect(code).toBe(0);
  expect(stdout).toContain(
    'Plato: eats soba\nHypatia: eats somen\nHume: eats udon\nArendt: eats ramen\nKant: eats reginette\n',
  );
  expect(stdout.match(/^(Plato|Hypatia|Hume|Arendt|Kant) +█+$/gm)).toHaveLength(5);
});

test('soba tells what failed, after all else is done', { timeout: 30_000 }, async () => {
  const folder = await emptyFolder();
  await writeFile(
    join(folder, 'graph.json'),
    JSON.stringify([
      { task: 'bad', exclude: ['good'], command: 'echo this went wrong >&2; exit 3' },
      { task: 'good', exclude: [], command: 'echo done' },
    ]),
  );
  const { code, stdout } = await runProgram('soba', ['--dumb', 'graph.json'], folder);
  expect(code).toBe(1);
  expect(stdout).toContain('bad, failed: this went wrong\ngood: done\n');
});

test('soba says what is wrong with a request', async () => {
  const folder = await emptyFolder();
  expect((await runProgram('soba', ['--help'], folder)).stdout).toMatch(/^Usage: .*soba[^]*-j N[^]*--dumb/);
  await writeFile(join(folder, 'odd.json'), '[{ "task": "a", "exclude": ["b"], "command": "true" }]');
  for (const [args, complaint] of [
    [[], 'Usage: '],
    [['-j', 'many', 'odd.json'], 'Cannot run many commands'],
    [['nowhere.json'], 'Cannot use the graph nowhere.json: ENOENT'],
    [['odd.json'], 'Cannot use the graph odd.json: a excludes b, which is no job'],
  ] as const) {
    const { code, stdout, stderr } = await runProgram('soba', args, folder);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain(complaint);
  }
});
