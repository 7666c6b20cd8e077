/** SHA-256 in a page. */
import { toHex } from '../../../dist/core/hasher.js';
import { createRuntime, digest, workers } from '../../../dist/web/index.js';
import { measureContent } from './content.mjs';
import { portableEngines } from './contestants.mjs';
import { measureSize } from './sizes.mjs';

/** @param {{ size: number, milliseconds: number, rounds: number }} options */
export async function measureSizeInPage(options) {
  return measureSize(await portableEngines(), options);
}

/** @param {{ bytes: number, rounds: number, size: number }} options */
export async function measureContentInPage(options) {
  const executor = workers({ size: options.size });
  const runtime = createRuntime({ executor, display: false });
  const digestOnWorkers = typeof runtime.digest === 'function' ? (value) => runtime.digest(value) : undefined;
  const oneShot = { subtle: async (bytes) => toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))) };
  const medians = await measureContent({ digest, digestOnWorkers, oneShot }, options);
  await runtime.close();
  await executor.close();
  return medians;
}
