/** The module for engines with SIMD: the same exports, and the four lanes. */
export { BLOCK, DIGEST, HEX, LANE_STRIDE, SHUFFLED, STAGING, STAGING_SIZE, STATE, STRIPE } from './layout';
export { finish, hashScratch, init, update } from './sha256';
export { lanesFinish, lanesInit, lanesUpdate } from './lanes';
export { shuffle, unshuffle } from './shuffle';
export { arrayHead } from './array-head';
export { delta, restage, undelta } from './delta';
export { lz4Compress, lz4Decompress } from './lz4';
export { xxhFinish, xxhInit, xxhUpdate } from './xxhash';
