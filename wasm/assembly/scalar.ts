/** The module for every engine. */
export { BLOCK, DIGEST, HEX, LANE_STRIDE, SHUFFLED, STAGING, STAGING_SIZE, STATE, STRIPE } from './layout';
export { finish, hashScratch, init, update } from './sha256';
export { shuffle, unshuffle } from './shuffle';
export { arrayHead } from './array-head';
export { delta, restage, undelta } from './delta';
export { lz4Compress, lz4Decompress } from './lz4';
export { xxhFinish, xxhInit, xxhUpdate } from './xxhash';
