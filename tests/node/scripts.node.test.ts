/** Scripts as users write them, each in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from './support/pool.ts';

const scripts = fileURLToPath(new URL('./fixtures/scripts/', import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly errors: string;
}

function start(path: string): ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Runs a script to its end: one that does not end by itself runs into the test's time. */
async function outcomeOf(path: string): Promise<Outcome> {
  const child = start(path);
  const [out, errors, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code: code as number | null, signal: signal as NodeJS.Signals | null, out, errors };
}

test('a script runs its own tasks on workers by a run at its top level, and ends', async () => {
  expect(await outcomeOf(join(scripts, 'single-file.mjs'))).toEqual({
    code: 0,
    signal: null,
    out: 'begin\n[ 18, false ]\nend\n',
    errors: '',
  });
});

test('a CommonJS script runs its own tasks on workers', async () => {
  expect(await outcomeOf(join(scripts, 'common.cjs'))).toMatchObject({ code: 0, out: 'begin\n6\n' });
});

test('a script runs the tasks of another module', async () => {
  const { code, out } = await outcomeOf(join(scripts, 'separate.mjs'));
  expect(code).toBe(0);
  expect(out).toMatch(/^\[ 3, [1-9]\d* \]\n$/);
});

test('a script runs through a symbolic link', async () => {
  const link = join(await temporaryFolder(), 'linked.mjs');
  await symlink(join(scripts, 'single-file.mjs'), link);
  expect(await outcomeOf(link)).toMatchObject({ code: 0, out: 'begin\n[ 18, false ]\nend\n' });
});

test('a script runs in a folder with odd characters', async () => {
  const folder = join(await temporaryFolder(), 'späti #1 %20 ? "x"');
  await mkdir(folder);
  const source = await readFile(join(scripts, 'single-file.mjs'), 'utf8');
  for (const name of ['é 1#.mjs', 'é%41?.mjs']) {
    const path = join(folder, name);
    await writeFile(path, source.replace("'somen/node'", `'${import.meta.resolve('somen/node')}'`));
    expect(await outcomeOf(path)).toMatchObject({ code: 0, out: 'begin\n[ 18, false ]\nend\n' });
  }
});

test('a script whose run rejects prints the error with its job, and exits with code 1', async () => {
  const { code, errors } = await outcomeOf(join(scripts, 'uncaught.mjs'));
  expect(code).toBe(1);
  expect(errors).toMatch(/WeatherError\]?: Rain in Bergen\n\s+at.*forecast.*uncaught\.mjs/);
  expect(errors).toContain("code: 'ERR_RAIN'");
  expect(errors).toMatch(/task: 'forecast'/);
  expect(errors).toMatch(/arguments: "'Bergen'"/);
});

test('a script that forgets a run that rejects exits with code 1', async () => {
  const { code, errors } = await outcomeOf(join(scripts, 'forgotten.mjs'));
  expect(code).toBe(1);
  expect(errors).toContain('Rain in Bergen');
});

test('a script that aborts an endless task ends', async () => {
  expect(await outcomeOf(join(scripts, 'aborted.mjs'))).toMatchObject({ code: 0, out: 'AbortError\n' });
});

test('a script that leaves a runtime open ends, and one that disposes of it refuses more runs', async () => {
  expect(await outcomeOf(join(scripts, 'disposed.mjs'))).toEqual({
    code: 0,
    signal: null,
    out: '2\n3 3\nERR_CLOSED\n',
    errors: '',
  });
});

test('an interrupt ends a script in the middle of a run', async () => {
  const child = start(join(scripts, 'stuck.mjs'));
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [code, signal] = (await exited) as [number | null, NodeJS.Signals | null];
  expect([code, signal]).toContain(signal === null ? 130 : 'SIGINT');
});
