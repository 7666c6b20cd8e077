/** Digests of large contents, computed by several threads. */
import { byteLength, CHUNK_SIZE, contentId, toHex, type ContentId, type Hasher } from './hasher.ts';
import { chunksOf } from './sha256.ts';
import { yieldToEvents } from './yield.ts';

/** Digests (32 bytes each, in order), and the buffer in which the chunks came. */
export interface HashedChunks {
  readonly digests: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Another thread that hashes. */
export interface ChunkHasher {
  /**
   * SHA-256 of each `chunkSize` bytes. A buffer that is not shared memory is handed over, and comes back with the
   * digests, to be used for the next chunks. Rejects where the thread ends.
   */
  hashChunks(bytes: Uint8Array, chunkSize: number): Promise<HashedChunks>;
}

/** From this size on, in bytes (32 MiB), other threads help. */
export const PARALLEL_FROM: number = 8 * CHUNK_SIZE;

/**
 * As `contentId`, with the help of other threads. This thread takes part, and lets its events in every few chunks, which
 * is every 3 to 20 ms. What a thread that ends had is hashed here.
 */
export async function parallelContentId(
  hasher: Hasher,
  helpers: readonly ChunkHasher[],
  pieces: readonly Uint8Array[],
): Promise<ContentId> {
  const length = byteLength(pieces);
  if (length < PARALLEL_FROM || helpers.length === 0) return contentId(hasher, pieces);
  const groupSize = hasher.lanes * CHUNK_SIZE;
  const groups = [...chunksOf(pieces, groupSize)].map((group, index) => ({ group, index }));
  const digests = new Uint8Array(32 * Math.ceil(length / CHUNK_SIZE));
  const put = (index: number, part: Uint8Array): void => digests.set(part, 32 * index * hasher.lanes);
  const hashHere = async (): Promise<void> => {
    for (let next = groups.shift(); next !== undefined; next = groups.shift()) {
      put(next.index, hasher.hashChunks(next.group, CHUNK_SIZE));
      await yieldToEvents();
    }
  };
  // One thread fewer than there are: this one works too. Each helper has a second group in hand while this thread is
  // busy with its own and cannot answer: with one, it was idle half of the time.
  const helping = helpers
    .slice(0, Math.max(helpers.length - 1, 1))
    .flatMap((helper) => [hashThere(helper, groups, groupSize, put), hashThere(helper, groups, groupSize, put)]);
  await hashHere();
  await Promise.all(helping);
  await hashHere();
  return { length, digest: toHex(hasher.hash([digests])) };
}

interface Group {
  readonly group: readonly Uint8Array[];
  readonly index: number;
}

/** Takes groups as long as there are any and the thread answers. Its buffer travels to and fro, so its pages are touched once. */
async function hashThere(
  helper: ChunkHasher,
  groups: Group[],
  groupSize: number,
  put: (index: number, part: Uint8Array) => void,
): Promise<void> {
  let buffer = new Uint8Array(groupSize);
  for (let next = groups.shift(); next !== undefined; next = groups.shift()) {
    try {
      const shared = sharedView(next.group);
      const { digests, bytes } = await helper.hashChunks(shared ?? fill(buffer, next.group), CHUNK_SIZE);
      if (shared === undefined) buffer = new Uint8Array(bytes.buffer as ArrayBuffer);
      put(next.index, digests);
    } catch {
      groups.push(next);
      return;
    }
  }
}

/** A group that lies in shared memory as a whole need not be copied. */
function sharedView(group: readonly Uint8Array[]): Uint8Array | undefined {
  const [only] = group;
  return only !== undefined && group.length === 1 && !(only.buffer instanceof ArrayBuffer) ? only : undefined;
}

function fill(buffer: Uint8Array<ArrayBuffer>, group: readonly Uint8Array[]): Uint8Array {
  const view = buffer.subarray(0, byteLength(group));
  let position = 0;
  for (const piece of group) {
    view.set(piece, position);
    position += piece.length;
  }
  return view;
}
