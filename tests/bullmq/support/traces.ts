/** What the tasks of `fixtures/tasks.mjs` leave behind. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';

/** On a busy machine, in milliseconds. */
export const PATIENCE = 30_000;

/** In which processes a task ran, one for each time. */
export async function runsOf(folder: string, name: string): Promise<number[]> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1).map(Number);
}

/** Waits until a task has run so often. */
export async function untilRun(folder: string, name: string, times = 1): Promise<void> {
  await expect.poll(() => runsOf(folder, name), { timeout: PATIENCE, interval: 20 }).toHaveLength(times);
}

/** Lets the tasks that wait go on. */
export async function letGo(folder: string): Promise<void> {
  await writeFile(join(folder, 'go'), '');
}
