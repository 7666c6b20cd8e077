/** Processes that share a folder compute each call once between them, whatever dies. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from './support/pool.ts';

const SCRIPT = fileURLToPath(new URL('./fixtures/shared-work/sum.mjs', import.meta.url));

/** A process that sums, what it prints, and the first moment in which it works. */
interface Worker {
  readonly process: ChildProcess;
  readonly output: Promise<string>;
  readonly working: Promise<void>;
}

function start(folder: string, count: number, milliseconds: number): Worker {
  const child = fork(SCRIPT, [folder, String(count), String(milliseconds)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  const working = new Promise<void>((resolve) =>
    child.stdout?.on('data', (data) => {
      text += String(data);
      if (text.includes('working')) resolve();
    }),
  );
  return { process: child, working, output: once(child, 'close').then(() => text) };
}

/** The value and the counts that a process ended with. */
async function outcome({ output }: Worker): Promise<{ value: number; ran: number; retrieved: number }> {
  return JSON.parse((await output).trim().split('\n').at(-1) ?? '') as never;
}

/** How often each square was computed, by all processes together. */
async function computed(folder: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const line of (await readFile(join(folder, 'log'), 'utf8')).trim().split('\n'))
    counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

test('three processes compute each call once between them', async () => {
  const folder = await temporaryFolder();
  const workers = [1, 2, 3].map(() => start(folder, 20, 40));
  const outcomes = await Promise.all(workers.map(outcome));
  expect(outcomes.map(({ value }) => value)).toEqual([2470, 2470, 2470]);
  // 20 squares and their sum: what one ran the others retrieved.
  expect(outcomes.reduce((all, { ran }) => all + ran, 0)).toBe(21);
  const counts = await computed(folder);
  expect(counts.size).toBe(20);
  expect([...counts.values()].every((count) => count === 1)).toBe(true);
  expect(await readdir(join(folder, 'cache', 'claims'))).toEqual([]);
});

test('what a killed process was computing another computes, and only that again', async () => {
  const folder = await temporaryFolder();
  const victim = start(folder, 4, 30_000);
  await victim.working;
  const other = start(folder, 4, 20);
  // It has what the victim has not begun, and waits for the rest.
  await other.working;
  victim.process.kill('SIGKILL');
  expect(await outcome(other)).toMatchObject({ value: 14 });
  const counts = [...(await computed(folder)).values()].toSorted((a, b) => a - b);
  expect(counts).toEqual([1, 1, 2, 2]);
});
