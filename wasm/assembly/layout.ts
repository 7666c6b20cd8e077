/**
 * Where everything stands in the module's fixed memory of three pages. Nothing is ever allocated and memory never
 * grows: growing it by 64 MiB and touching it takes 34-84 ms, as long as hashing that much, whereas copying through
 * a buffer that stays in the processor's cache costs about a tenth.
 */

/** Bytes of one SHA-256 block (FIPS 180-4, section 5.2.1). */
export const BLOCK: i32 = 64;

/** Bytes that one of the four lanes stages at a time. */
export const STRIPE: i32 = 16384;

/** From one lane's stripe to the next. Two blocks more than a stripe hold the padding and keep the lanes off each other's cache sets. */
export const LANE_STRIDE: i32 = STRIPE + 2 * BLOCK;

/** Bytes that a single stream stages at a time; the caller's scratch is the same memory. */
export const STAGING_SIZE: i32 = 4 * STRIPE;

/** The staging buffer: one stream's bytes, or the four lanes' stripes. */
export const STAGING: usize = memory.data(4 * LANE_STRIDE, 64);

/** Where the kernels for typed arrays write what they made of {@link STAGING}: shuffled bytes, or a head. */
export const SHUFFLED: usize = memory.data(STAGING_SIZE, 64);

/** How many places the search for copies remembers, as a power of two. */
export const CANDIDATE_BITS: i32 = 12;

/** These places: offsets of two bytes, by hash. */
export const CANDIDATES: usize = memory.data(2 << CANDIDATE_BITS, 64);

/** The hash value between blocks: eight words of one stream, or eight vectors of the four lanes. */
export const STATE: usize = memory.data(128, 64);

/** The finished digests: 32 bytes of one stream, or of each of the four lanes. */
export const DIGEST: usize = memory.data(128, 64);

/** The digest of the scratch in hex: 64 ASCII characters. */
export const HEX: usize = memory.data(64, 64);

/** The message schedule W: 64 words of one stream, or 64 vectors of the four lanes. */
export const SCHEDULE: usize = memory.data(1024, 64);
