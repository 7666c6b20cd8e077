import { createNodeHasher } from '../../../dist/node/hasher.js';
import { keyOf } from '../../../dist/node/index.js';
import { measureKeys } from './measure.mjs';

/** @param {{ milliseconds: number, rounds: number }} options */
export function measureKeysInNode(options) {
  return measureKeys({ hasher: createNodeHasher(), keyOf }, options);
}
