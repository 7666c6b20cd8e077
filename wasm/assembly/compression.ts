/** The module that compresses. It stands alone, so that who only hashes does not load it. */
export { SHUFFLED, STAGING } from './layout';
export { delta, restage, undelta } from './delta';
export { lz4Compress, lz4Decompress } from './lz4';
export { shuffle, unshuffle } from './shuffle';
export { xxhFinish, xxhInit, xxhUpdate } from './xxhash';
