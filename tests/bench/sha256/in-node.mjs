/** SHA-256 in Node. */
import { createHash, hash } from 'node:crypto';

import { createNodeHasher } from '../../../dist/node/hasher.js';
import { createRuntime, digest, workers } from '../../../dist/node/index.js';
import { measureContent } from './content.mjs';
import { hashWith, portableEngines, single } from './contestants.mjs';
import { measureSize } from './sizes.mjs';

/** @param {{ size: number, milliseconds: number, rounds: number }} options */
export async function measureSizeInNode(options) {
  const hasher = createNodeHasher();
  const engines = {
    ...(await portableEngines()),
    'node hasher': single((bytes) => hashWith(hasher, bytes)),
    'node:crypto': single((bytes) => hash('sha256', bytes, 'hex')),
  };
  return measureSize(engines, options);
}

/** @param {{ bytes: number, rounds: number, size: number }} options */
export async function measureContentInNode(options) {
  const executor = workers({ size: options.size });
  const runtime = createRuntime({ executor, display: false });
  const digestOnWorkers = typeof runtime.digest === 'function' ? (value) => runtime.digest(value) : undefined;
  const oneShot = {
    'node:crypto': (bytes) => createHash('sha256').update(bytes).digest('hex'),
    subtle: async (bytes) => Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex'),
  };
  const medians = await measureContent({ digest, digestOnWorkers, oneShot }, options);
  await runtime.close();
  await executor.close();
  return medians;
}
