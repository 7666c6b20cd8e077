/** What stands before a typed array's bytes in CBOR (RFC 8949, RFC 8746). */
import { SHUFFLED, STAGING } from './layout';

/** Major types of RFC 8949, section 3.1. */
const UNSIGNED: u8 = 0;
const BYTES: u8 = 2;
const ARRAY: u8 = 4;
const TAG: u8 = 6;

/** The tag of a multi-dimensional array in row-major order (RFC 8746, section 3.1.1). */
const ROW_MAJOR: u64 = 40;

/**
 * Writes the head of a byte string of `byteLength` bytes tagged as a typed array, and returns its length.
 * With a `rank` above zero the typed array is the second item of a row-major array, whose `rank` dimensions are read
 * as doubles from the staging buffer.
 */
export function arrayHead(tag: i32, rank: i32, byteLength: f64): i32 {
  let at = SHUFFLED;
  if (rank > 0) {
    at = item(at, TAG, ROW_MAJOR);
    at = item(at, ARRAY, 2);
    at = item(at, ARRAY, rank);
    for (let i = 0; i < rank; i++) at = item(at, UNSIGNED, load<f64>(STAGING + 8 * i) as u64);
  }
  at = item(at, TAG, tag);
  at = item(at, BYTES, byteLength as u64);
  return (at - SHUFFLED) as i32;
}

/** Writes one head in its shortest form (RFC 8949, section 4.2.1) and returns where the next one goes. */
function item(at: usize, major: u8, value: u64): usize {
  const type: u8 = major << 5;
  if (value < 24) {
    store<u8>(at, type | (value as u8));
    return at + 1;
  }
  if (value <= 0xff) {
    store<u8>(at, type | 24);
    store<u8>(at + 1, value);
    return at + 2;
  }
  if (value <= 0xffff) {
    store<u8>(at, type | 25);
    store<u16>(at + 1, bswap(value as u16));
    return at + 3;
  }
  if (value <= 0xffff_ffff) {
    store<u8>(at, type | 26);
    store<u32>(at + 1, bswap(value as u32));
    return at + 5;
  }
  store<u8>(at, type | 27);
  store<u64>(at + 1, bswap(value));
  return at + 9;
}
