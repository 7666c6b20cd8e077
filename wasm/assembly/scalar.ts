/** The module for every engine. */
export { BLOCK, DIGEST, HEX, LANE_STRIDE, STAGING, STAGING_SIZE, STATE, STRIPE } from './layout';
export { finish, hashScratch, init, update } from './sha256';
