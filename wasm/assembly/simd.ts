/** The module for engines with SIMD: the same exports, and the four lanes. */
export { BLOCK, DIGEST, HEX, LANE_STRIDE, STAGING, STAGING_SIZE, STATE, STRIPE } from './layout';
export { finish, hashScratch, init, update } from './sha256';
export { lanesFinish, lanesInit, lanesUpdate } from './lanes';
