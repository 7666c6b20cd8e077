import { createWebHasher } from '../../../dist/web/hasher.js';
import { keyOf } from '../../../dist/web/index.js';
import { measureKeys } from './measure.mjs';

/** @param {{ milliseconds: number, rounds: number }} options */
export function measureKeysInPage(options) {
  return measureKeys({ hasher: createWebHasher(), keyOf }, options);
}
