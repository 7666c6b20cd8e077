/** How much data is worth reading. */

/** Values nested deeper than this are neither written nor, unless a user says so, read. */
export const MAX_DEPTH = 512;

/** What data may cost. What is beyond is refused with a `DeserializationError`. */
export interface DecodeLimits {
  /** How deep values may be nested. @default 512 */
  readonly depth?: number;
  /** How many values there may be in all: each item, member, key and value is one. @default 2 ** 32 */
  readonly items?: number;
  /** How many bytes the data may have, decompressed ones included. @default 2 ** 40 */
  readonly bytes?: number;
}

/** What holds where a user says nothing. */
export const DEFAULT_LIMITS: Required<DecodeLimits> = { depth: MAX_DEPTH, items: 2 ** 32, bytes: 2 ** 40 };
