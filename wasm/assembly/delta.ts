/** Differences between neighbours: of counters and slow series, small numbers remain. Sums wrap. */
import { SHUFFLED, STAGING } from './layout';

/** Replaces each of `count` staged elements of 1, 2, 4 or 8 bytes but the first by its difference to the one before. */
export function delta(count: i32, size: i32): void {
  const first = STAGING + size, last = STAGING + (count - 1) * size;
  if (size == 8) for (let at = last; at >= first; at -= 8) store<u64>(at, load<u64>(at) - load<u64>(at - 8));
  else if (size == 4) for (let at = last; at >= first; at -= 4) store<u32>(at, load<u32>(at) - load<u32>(at - 4));
  else if (size == 2) for (let at = last; at >= first; at -= 2) store<u16>(at, load<u16>(at) - load<u16>(at - 2));
  else for (let at = last; at >= first; at--) store<u8>(at, load<u8>(at) - load<u8>(at - 1));
}

/** Undoes {@link delta}, among the elements that {@link unshuffle} left. */
export function undelta(count: i32, size: i32): void {
  const first = SHUFFLED + size, end = SHUFFLED + count * size;
  if (size == 8) for (let at = first; at < end; at += 8) store<u64>(at, load<u64>(at) + load<u64>(at - 8));
  else if (size == 4) for (let at = first; at < end; at += 4) store<u32>(at, load<u32>(at) + load<u32>(at - 4));
  else if (size == 2) for (let at = first; at < end; at += 2) store<u16>(at, load<u16>(at) + load<u16>(at - 2));
  else for (let at = first; at < end; at++) store<u8>(at, load<u8>(at) + load<u8>(at - 1));
}

/** Makes what a kernel left the next one's input. */
export function restage(length: i32): void {
  memory.copy(STAGING, SHUFFLED, length);
}
