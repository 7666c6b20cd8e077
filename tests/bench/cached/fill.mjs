/** Folders of file caches with many entries, written without any care for other processes. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { somen } from './memos.mjs';

/**
 * Stores the squares of the first `count` numbers as a run would, and `others` further entries of the same size.
 * @param {string} folder
 * @param {number} count
 * @param {number} others
 */
export async function fillFolder(folder, count, others) {
  const write = writer(folder);
  let sample = new Uint8Array(0);
  const cache = {
    name: 'filling',
    get: () => undefined,
    delete: () => undefined,
    put: (map, name, bytes) => write(map, name, (sample = bytes)),
  };
  const filling = somen(cache, { history: false });
  await filling.run(0, count, 'ran');
  await filling.close();
  for (let index = 0; index < others; index++)
    write('ac', createHash('sha256').update(`other ${index}`).digest('hex'), sample);
}

/** @param {string} folder */
function writer(folder) {
  const made = new Set();
  return (map, name, bytes) => {
    const shard = join(folder, map, name.slice(0, 2));
    if (!made.has(shard)) mkdirSync(shard, { recursive: true });
    made.add(shard);
    writeFileSync(join(shard, name), bytes);
  };
}
