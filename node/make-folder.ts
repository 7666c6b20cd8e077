/**
 * Making a folder, and those above it. Not `mkdir` with `recursive`: that never ends below `/proc` (Node 20), where `mkdir`
 * fails with ENOENT for ever.
 */
import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import { hasCode, isMissing } from './file-errors.ts';

/** Makes a folder, and those above it, if need be. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  await mkdir(path).catch(unlessItExists);
}

/** The same, now. */
export function makeFolderSync(path: string): void {
  try {
    makeOneSync(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error;
    makeFolderSync(dirname(path));
    makeOneSync(path);
  }
}

function makeOneSync(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    unlessItExists(error);
  }
}

function unlessItExists(error: unknown): void {
  if (!hasCode(error, 'EEXIST')) throw error;
}
