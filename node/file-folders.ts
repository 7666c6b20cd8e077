/** The folders that a cache makes. */
import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import { hasCode, isMissing } from './file-errors.ts';

/** Folders that exist, or will. */
export class FileFolders {
  readonly #made = new Map<string, Promise<void>>();

  /** Makes a folder and those above it, once. */
  ensure(path: string): Promise<void> {
    let made = this.#made.get(path);
    if (made === undefined) {
      made = makeFolder(path);
      this.#made.set(path, made);
      // A failure is not remembered: whoever mends the permissions need not start the program again.
      made.catch(() => this.#made.delete(path));
    }
    return made;
  }

  /** Somebody removed the folder. */
  forget(path: string): void {
    this.#made.delete(path);
  }
}

/** Not `mkdir` with `recursive`: that never ends below `/proc` (Node 20), where `mkdir` fails with ENOENT for ever. */
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

/** Makes a folder and those above it, now. */
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
