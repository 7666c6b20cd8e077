/** The cache and the history that a command is about. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Cache } from '../../core/cache.ts';
import type { History } from '../../core/history.ts';
import { jobDatabase, type JobDatabase } from '../../core/job-database.ts';
import { fileCache } from '../file-cache.ts';
import { fileHistory } from '../file-history.ts';
import { staticFolder } from '../folder-cache.ts';
import { UsageError, type CommandCall, type CommandOption } from './command.ts';

/** Where results are remembered. */
export const CACHE_FOLDER: CommandOption = {
  type: 'string',
  value: 'DIR',
  help: 'the folder of the cache and its history',
};

/** What every question has. */
export const COMMON: Readonly<Record<'cache' | 'json' | 'help', CommandOption>> = {
  cache: { ...CACHE_FOLDER, default: '.somen' },
  json: { type: 'boolean', help: 'write JSON, for programs' },
  help: { type: 'boolean', short: 'h', help: 'print this' },
};

/** The folder that a command is about. */
export function folderOf(call: CommandCall): string {
  return call.text('cache') ?? '.somen';
}

/** The history in the cache's folder. */
export function openHistory(call: CommandCall): History {
  return fileHistory(folderOf(call));
}

/** Answers to questions about that folder. */
export async function openDatabase(call: CommandCall): Promise<JobDatabase> {
  return jobDatabase(openHistory(call), await openCache(folderOf(call)));
}

/** The cache in a folder, of either layout: that of `fileCache`, or that of static hosts. */
export async function openCache(folder: string): Promise<Cache> {
  return (await isStatic(folder)) ? staticFolder(folder) : fileCache(folder);
}

async function isStatic(folder: string): Promise<boolean> {
  for (const map of ['ac', 'cas']) {
    const names = await readdir(join(folder, map)).catch(() => []);
    if (names.some((name) => /^[0-9a-f]{64}$/.test(name))) return true;
  }
  return false;
}

/**
 * The key that a command was given.
 * @throws UsageError where it cannot be one
 */
export function keyArgument(text: string): string {
  if (/^[0-9a-f]{4,64}$/i.test(text)) return text;
  throw new UsageError(`Cannot look for the key '${text}': it must be the first 4 to 64 hex characters of one`);
}
