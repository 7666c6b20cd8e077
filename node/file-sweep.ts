/** Cleaning up after processes that were killed. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CLAIMS_FOLDER, OWNERS_FOLDER } from './claim-owner.ts';
import { namesIn, shardsOf, statOf } from './file-listing.ts';

/** Names of temporary files: the entry's, then what tells one writer from all others. */
const TEMPORARY_NAME = /^[0-9a-f]{64}\.\d+-[0-9a-f]{16}-\d+\.tmp$/;
const DAY_MS = 86_400_000;

/**
 * Removes what killed processes left: temporary files, claims and their owners' files older than a day. Since it
 * lists every folder, it does so once a day for all processes together; the file `.swept` tells when.
 */
export async function sweep(directory: string): Promise<void> {
  const yesterday = Date.now() - DAY_MS;
  const marker = join(directory, '.swept');
  if (((await statOf(marker))?.mtimeMs ?? 0) > yesterday) return;
  await writeFile(marker, `${new Date().toISOString()}\n`);
  for (const map of ['ac', 'cas'] as const) {
    for await (const shard of shardsOf(directory, map))
      await removeOlder(shard, yesterday, (file) => TEMPORARY_NAME.test(file));
  }
  // The owner of a claim that is alive sets the time of both every second.
  for (const folder of [CLAIMS_FOLDER, OWNERS_FOLDER])
    await removeOlder(join(directory, folder), yesterday, () => true);
}

async function removeOlder(folder: string, time: number, isOurs: (file: string) => boolean): Promise<void> {
  for await (const { name } of namesIn(folder)) {
    if (!isOurs(name)) continue;
    const path = join(folder, name);
    const file = await statOf(path);
    if (file !== undefined && file.mtimeMs < time) await rm(path, { force: true });
  }
}
