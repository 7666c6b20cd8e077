/** The byte shuffle: gathers the first bytes of all elements, then the second bytes, and so on, so that likes stand together. */
import { SHUFFLED, STAGING } from './layout';

/** Shuffles `count` elements of `size` bytes from the staging buffer; plane `n` begins `n * count` bytes after the result's start. */
export function shuffle(count: i32, size: i32): void {
  let to = SHUFFLED;
  for (let plane = 0; plane < size; plane++) {
    let from = STAGING + plane;
    for (const end = to + count; to < end; to++, from += size) store<u8>(to, load<u8>(from));
  }
}

/** Undoes {@link shuffle}: `size` planes of `count` bytes from the staging buffer become elements. */
export function unshuffle(count: i32, size: i32): void {
  let from = STAGING;
  for (let plane = 0; plane < size; plane++) {
    let to = SHUFFLED + plane;
    for (const end = from + count; from < end; from++, to += size) store<u8>(to, load<u8>(from));
  }
}
