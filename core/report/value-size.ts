/** How large values are, about: an estimate that is cheap enough to make for each job. */

/** How many members of containers are looked at; the rest counts as much as those did. */
const MAX_MEMBERS = 1000;
const MAX_DEPTH = 6;
/** What a number takes, and what stands around each member of an object. */
const WORD = 8;

/** Sizes by job number, in bytes, of those jobs whose values were seen. */
export interface JobSizes {
  readonly argumentBytes: readonly (number | undefined)[];
  readonly resultBytes: readonly (number | undefined)[];
}

/** What a Blob has. */
interface Sized {
  readonly size: number;
}

/**
 * About how many bytes values take on their way to another thread: buffers exactly, texts by their characters, 8 for each
 * number. What is in the cache or in shared memory is not sent, and counts nothing.
 */
export function sizeOfValues(values: readonly unknown[]): number {
  let bytes = 0;
  for (const value of values) bytes += sizeOf(value, MAX_DEPTH, new Set());
  return bytes;
}

function sizeOf(value: unknown, depth: number, seen: Set<object>): number {
  if (typeof value === 'string') return value.length;
  if (typeof value === 'number' || typeof value === 'bigint') return WORD;
  if (typeof value !== 'object' || value === null) return 1;
  // What is in the cache only says how it is shown.
  if (seen.has(value) || '$shownAs' in value) return 0;
  seen.add(value);
  if (ArrayBuffer.isView(value)) return sizeOfBuffer(value.buffer, value.byteLength, seen);
  if (value instanceof ArrayBuffer) return value.byteLength;
  if (isBlob(value)) return value.size;
  if (depth === 0) return WORD;
  if (Array.isArray(value)) return sizeOfMembers(value, value.length, depth, seen);
  if (value instanceof Map || value instanceof Set) return sizeOfMembers(value, value.size, depth, seen);
  const entries = Object.entries(value);
  return sizeOfMembers(entries.flat(), 2 * entries.length, depth, seen);
}

function sizeOfBuffer(buffer: ArrayBufferLike, length: number, seen: Set<object>): number {
  if (buffer instanceof ArrayBuffer) return length;
  seen.add(buffer);
  return 0;
}

function isBlob(value: object): value is Sized {
  const { Blob } = globalThis as { readonly Blob?: new () => Sized };
  return Blob !== undefined && value instanceof Blob;
}

function sizeOfMembers(members: Iterable<unknown>, count: number, depth: number, seen: Set<object>): number {
  let looked = 0;
  let bytes = 0;
  for (const member of members) {
    if (looked++ === MAX_MEMBERS) break;
    bytes += sizeOf(member, depth - 1, seen);
  }
  return looked <= MAX_MEMBERS ? bytes : Math.round((bytes * count) / MAX_MEMBERS);
}
