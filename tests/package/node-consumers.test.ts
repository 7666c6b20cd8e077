/** Scripts in Node, as users write them, with the packed tarball installed. */
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { type App, createApp } from './consumers/support/app.ts';
import { runNode, runProgram } from './consumers/support/programs.ts';

const { tools, node24 } = inject('consumers');
const onWorkers = { stdout: '{"value":[30,"worker"]}', stderr: '' };

let app: App;

beforeAll(async () => {
  app = await createApp('node');
});

test('a script with tasks and a top-level run in one file runs on workers, and retrieves the second time', async () => {
  const first = await runNode(app, 'single-file.js');
  expect(JSON.parse(first.stdout)).toMatchObject({ value: [30, 'worker'], summary: { ran: 6, retrieved: 0 } });
  const second = await runNode(app, 'single-file.js');
  expect(JSON.parse(second.stdout)).toMatchObject({ value: [30, 'worker'], summary: { ran: 0, retrieved: 2 } });
  expect([first.stderr, second.stderr]).toEqual(['', '']);
});

test('a CommonJS script runs on workers', async () => {
  expect(await runNode(app, 'common-js.cjs')).toEqual(onWorkers);
});

test('a TypeScript script runs on workers under tsx', async () => {
  const tsx = join(tools, 'node_modules', '.bin', 'tsx');
  expect(await runProgram(app, tsx, 'typed.ts')).toEqual({ stdout: '{"value":[223,"worker"]}', stderr: '' });
});

test('a TypeScript script runs on workers where Node strips its types', async () => {
  expect(await runProgram(app, node24, 'typed.ts')).toEqual({ stdout: '{"value":[223,"worker"]}', stderr: '' });
});

test('tasks in a module of their own run on workers', async () => {
  expect(await runNode(app, 'separate-module.js')).toEqual(onWorkers);
});

test('tasks of an installed package run on workers', async () => {
  const { stdout, stderr } = await runNode(app, 'installed-package.js');
  expect(JSON.parse(stdout)).toEqual({
    value: [{ surface: 54, volume: 27 }, 27],
    startedOn: [
      ['cube', 'somen-1'],
      ['cube', 'somen-1'],
    ],
  });
  expect(stderr).toBe('');
});

test.each(['worker.js', 'late-worker.js'])(
  'tasks run on workers whose module %s imports them and somen/node/worker',
  async (worker) => {
    expect(await runNode(app, 'own-worker.js', `./${worker}`)).toEqual(onWorkers);
  },
);

test('the program somen runs scripts and answers questions', async () => {
  const somen = join(app, 'node_modules', '.bin', 'somen');
  expect((await runProgram(app, somen, '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await runProgram(app, somen, 'run', 'common-js.cjs', '--cache', 'of-program')).toEqual(onWorkers);
});

test('tasks run in child processes and on pilots, in this Node and the next', async () => {
  for (const node of [process.execPath, node24])
    expect(await runProgram(app, node, 'other-processes.js')).toEqual({ stdout: '30\n30\n', stderr: '' });
});

test('the program somen runs TypeScript, with tsx where the app has it and where Node strips types', async () => {
  await symlink(join(tools, 'node_modules', 'tsx'), join(app, 'node_modules', 'tsx'), 'junction');
  const typed = { stdout: '{"value":[223,"worker"]}', stderr: '' };
  const main = join(app, 'node_modules', 'somen', 'dist', 'node', 'cli', 'main.js');
  for (const node of [process.execPath, node24])
    expect(await runProgram(app, node, main, 'run', 'typed.ts', '--no-cache')).toEqual(typed);
});

test('a TypeScript task has one key under tsx and where Node strips types, until a helper is edited', async () => {
  const tsx = join(tools, 'node_modules', '.bin', 'tsx');
  const written = { stderr: '', stdout: '[[16,2],2]' };
  expect(await runProgram(app, tsx, 'followed.ts')).toEqual(written);
  expect(await runProgram(app, node24, 'followed.ts')).toEqual({ ...written, stdout: '[[16,2],0]' });
  const helper = join(app, 'followed-helper.ts');
  const text = await readFile(helper, 'utf8');
  onTestFinished(() => writeFile(helper, text));
  await writeFile(helper, text.replace('side * side', 'side * side * side'));
  expect(await runProgram(app, node24, 'followed.ts')).toEqual({ ...written, stdout: '[[64,2],1]' });
  expect(await runProgram(app, tsx, 'followed.ts')).toEqual({ ...written, stdout: '[[64,2],0]' });
});

test('somen/node/register loads slices into workers, of JavaScript and TypeScript', async () => {
  const tsx = join(tools, 'node_modules', '.bin', 'tsx');
  const register = ['--import', 'somen/node/register'];
  const written = { stderr: '', stdout: '[[16,false],[20,false],[40,false]]' };
  expect(await runNode(app, ...register, 'sliced.js')).toEqual(written);
  expect(await runProgram(app, node24, ...register, 'sliced.js')).toEqual(written);
  expect(await runProgram(app, node24, ...register, 'sliced.ts')).toEqual(written);
  expect(await runProgram(app, tsx, ...register, 'sliced.ts')).toEqual(written);
});
