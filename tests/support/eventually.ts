import { setTimeout } from 'node:timers/promises';

/** Asks again and again until the answer is true. What the question throws, this does at once. */
export async function eventually(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  milliseconds = 30_000,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Waited ${milliseconds} ms in vain: ${what}`);
    await setTimeout(25);
  }
}
