/** Messages on their way: short ones as they are, the parts of long ones by digest, where both sides reach them. */
import { createHash } from 'node:crypto';

import { joinParts, type BinaryParts } from '../../core/binary.ts';
import type { Cache } from '../../core/cache.ts';
import { WireCodec } from '../../core/wire-codec.ts';

/** A message as JSON: in base64, or its parts. */
export type PackedMessage = string | PackedParts;

/** The parts of a message. */
interface PackedParts {
  /** Where the large ones are: in the queue's Redis, or in the cache of the client. */
  readonly in: 'queue' | 'cache';
  readonly parts: readonly PackedPart[];
}

/** A part of a message: in base64, or its digests. */
type PackedPart = string | { readonly length: number; readonly chunks: readonly string[] };

/** What was read: a message; or why there is none. */
export type Unpacked = { readonly message: unknown } | 'missing' | 'out-of-reach';

/** A part of a long message up to this long, in bytes, is sent as it is, while there is room. */
const INLINE_PART = 1024;
/** What the place of a part takes in JSON, at least, in characters. */
const REFERENCE = 100;
/** A message from this length on, in bytes, goes by way of the cache, if there is one: Redis holds everything in memory. */
const LARGE = 2 ** 20;
/** A cache takes entries up to this long, in bytes. */
const CHUNK = 4 * 2 ** 20;

/** Writes messages, and reads them. */
export class QueueValues {
  readonly codec: WireCodec = new WireCodec();
  readonly #passing: Cache;
  readonly #shared: Cache | undefined;
  /** How many messages that are under way name a content of this side's. It is removed with the last of them. */
  readonly #uses = new Map<string, number>();

  /** `passing`: entries in the queue's Redis. `shared`: the client's cache, where it is reached. */
  constructor(passing: Cache, shared: Cache | undefined) {
    this.#passing = passing;
    this.#shared = shared;
  }

  /**
   * Writes a message, of which so many characters of JSON may be sent as they are.
   * @throws SerializationError where something in it has no encoding; (rejects) where it cannot be stored
   */
  async pack(message: unknown, room: number): Promise<PackedMessage> {
    const parts = this.codec.encode(message);
    if (inBase64(lengthOf(parts)) <= room) return Buffer.from(joinParts(parts)).toString('base64');
    const packed = await this.store(parts, room);
    for (const [place, digest] of contentsOf(packed)) {
      const name = `${place} ${digest}`;
      this.#uses.set(name, (this.#uses.get(name) ?? 0) + 1);
    }
    return packed;
  }

  /** Stores a message, whatever its length, but for its small parts. Where the cache takes it not, as it is full, Redis may. */
  async store(message: BinaryParts, room: number): Promise<PackedParts> {
    if (this.#shared !== undefined && lengthOf(message) >= LARGE) {
      const stored = await this.#storeIn('cache', message, room).catch(() => undefined);
      if (stored !== undefined) return stored;
    }
    return this.#storeIn('queue', message, room);
  }

  async #storeIn(place: PackedParts['in'], { head, buffers }: BinaryParts, room: number): Promise<PackedParts> {
    let left = room - REFERENCE * (buffers.length + 1);
    const parts = [head, ...buffers].map(async (part) => {
      if (part.length > INLINE_PART || inBase64(part.length) > left) return this.#store(part, place);
      left -= inBase64(part.length);
      return Buffer.from(part.buffer, part.byteOffset, part.length).toString('base64');
    });
    return { in: place, parts: await Promise.all(parts) };
  }

  async #store(part: Uint8Array, place: PackedParts['in']): Promise<PackedPart> {
    const cache = this.#cache(place);
    const chunks: string[] = [];
    for (let start = 0; start < part.length; start += CHUNK) {
      const chunk = part.subarray(start, start + CHUNK);
      const digest = digestOf(chunk);
      await cache?.put('cas', digest, chunk);
      chunks.push(digest);
    }
    return { length: part.length, chunks };
  }

  #cache(place: PackedParts['in']): Cache | undefined {
    return place === 'queue' ? this.#passing : this.#shared;
  }

  /** Reads a message. Rejects where it cannot be read. */
  async unpack(packed: PackedMessage): Promise<Unpacked> {
    if (typeof packed === 'string') return { message: this.codec.decode(bytesOf(packed)) };
    const cache = this.#cache(packed.in);
    if (cache === undefined) return 'out-of-reach';
    const parts = await Promise.all(packed.parts.map((part) => loadPart(part, cache)));
    const [head, ...buffers] = parts.flatMap((part) => part ?? []);
    if (head === undefined || buffers.length + 1 < parts.length) return 'missing';
    return { message: this.codec.decode({ head, buffers }) };
  }

  /** A message of this side's is not needed any more. */
  forget(packed: PackedMessage): void {
    for (const [place, digest] of contentsOf(packed)) {
      const name = `${place} ${digest}`;
      const uses = (this.#uses.get(name) ?? 1) - 1;
      if (uses > 0) this.#uses.set(name, uses);
      else this.#remove(place, digest);
    }
  }

  /** A message of the other side's was read, and nobody else will read it. */
  discard(packed: PackedMessage): void {
    for (const [place, digest] of contentsOf(packed))
      if (!this.#uses.has(`${place} ${digest}`)) this.#remove(place, digest);
  }

  /** What stays is removed when it expires. */
  #remove(place: PackedParts['in'], digest: string): void {
    this.#uses.delete(`${place} ${digest}`);
    void (async () => this.#cache(place)?.delete('cas', digest))().catch(() => undefined);
  }

  /** Ends the connection to what is in the queue's Redis. */
  async close(): Promise<void> {
    await this.#passing.close?.();
  }
}

async function loadPart(part: PackedPart, cache: Cache): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (typeof part === 'string') return bytesOf(part);
  const bytes = new Uint8Array(part.length);
  let at = 0;
  for (const digest of part.chunks) {
    const chunk = await cache.get('cas', digest);
    if (chunk === undefined || at + chunk.length > part.length) return undefined;
    if (digestOf(chunk) !== digest) {
      await cache.delete('cas', digest);
      return undefined;
    }
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return at === part.length ? bytes : undefined;
}

function* contentsOf(packed: PackedMessage): Generator<readonly [PackedParts['in'], string]> {
  if (typeof packed === 'string') return;
  for (const part of packed.parts)
    if (typeof part !== 'string') for (const digest of part.chunks) yield [packed.in, digest];
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The length of a message in one piece, in bytes, at most. */
export function lengthOf({ head, buffers }: BinaryParts): number {
  return buffers.reduce((sum, { length }) => sum + length + 64, head.length);
}

function inBase64(length: number): number {
  return Math.ceil(length / 3) * 4;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}
