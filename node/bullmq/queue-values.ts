/** Messages on their way: short ones as they are, the parts of long ones by digest, in a cache that both sides reach. */
import { createHash } from 'node:crypto';

import { joinParts, type BinaryParts } from '../../core/binary.ts';
import type { Cache } from '../../core/cache.ts';
import { WireCodec } from '../../core/wire-codec.ts';

/** A message as JSON: in base64, or its parts. */
export type PackedMessage = string | readonly PackedPart[];

/** A part of a message: in base64, or where it is. */
type PackedPart = string | { readonly length: number; readonly chunks: readonly string[] };

/** A part of a long message up to this long, in bytes, is sent as it is, while there is room. */
const INLINE_PART = 1024;
/** What the place of a part takes in JSON, at least, in characters. */
const REFERENCE = 100;
/** A cache takes entries up to this long, in bytes. */
const CHUNK = 4 * 2 ** 20;

/** Writes messages, and reads them. */
export class QueueValues {
  readonly codec: WireCodec = new WireCodec();
  readonly #cache: Cache;
  /** How many messages that are under way name a content. Contents are removed with the last of them. */
  readonly #uses = new Map<string, number>();

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  /**
   * Writes a message, of which so many characters of JSON may be sent as they are.
   * @throws SerializationError where something in it has no encoding; (rejects) where the cache fails
   */
  async pack(message: unknown, room: number): Promise<PackedMessage> {
    const parts = this.codec.encode(message);
    if (inBase64(lengthOf(parts)) <= room) return Buffer.from(joinParts(parts)).toString('base64');
    return this.store(parts, room);
  }

  /** Puts a message into the cache, whatever its length, but for its small parts. */
  async store({ head, buffers }: BinaryParts, room: number): Promise<readonly PackedPart[]> {
    let left = room - REFERENCE * (buffers.length + 1);
    return Promise.all(
      [head, ...buffers].map((part) => {
        if (part.length > INLINE_PART || inBase64(part.length) > left) return this.#store(part);
        left -= inBase64(part.length);
        return Buffer.from(part.buffer, part.byteOffset, part.length).toString('base64');
      }),
    );
  }

  async #store(part: Uint8Array): Promise<PackedPart> {
    const chunks: string[] = [];
    for (let start = 0; start < part.length; start += CHUNK) {
      const chunk = part.subarray(start, start + CHUNK);
      const digest = createHash('sha256').update(chunk).digest('hex');
      this.#uses.set(digest, (this.#uses.get(digest) ?? 0) + 1);
      await this.#cache.put('cas', digest, chunk);
      chunks.push(digest);
    }
    return { length: part.length, chunks };
  }

  /** Reads a message; `undefined` where parts of it are missing or damaged. */
  async unpack(packed: PackedMessage): Promise<{ readonly message: unknown } | undefined> {
    if (typeof packed === 'string') return { message: this.codec.decode(bytesOf(packed)) };
    const parts = await Promise.all(packed.map((part) => this.#load(part)));
    const [head, ...buffers] = parts.flatMap((part) => part ?? []);
    if (head === undefined || buffers.length + 1 < packed.length) return undefined;
    return { message: this.codec.decode({ head, buffers }) };
  }

  async #load(part: PackedPart): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (typeof part === 'string') return bytesOf(part);
    const bytes = new Uint8Array(part.length);
    let at = 0;
    for (const digest of part.chunks) {
      const chunk = await this.#cache.get('cas', digest);
      if (chunk === undefined || at + chunk.length > part.length) return undefined;
      if (createHash('sha256').update(chunk).digest('hex') !== digest) {
        await this.#cache.delete('cas', digest);
        return undefined;
      }
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return at === part.length ? bytes : undefined;
  }

  /** A message is not needed any more: what of it this side has stored is removed, unless other messages name it. */
  forget(packed: PackedMessage): void {
    for (const digest of digestsIn(packed)) {
      const uses = (this.#uses.get(digest) ?? 1) - 1;
      if (uses > 0) this.#uses.set(digest, uses);
      else this.#remove(digest);
    }
  }

  /** A message of the other side's was read, and nobody else will read it. */
  discard(packed: PackedMessage): void {
    for (const digest of digestsIn(packed)) if (!this.#uses.has(digest)) this.#remove(digest);
  }

  /** Ends the cache's connections. */
  async close(): Promise<void> {
    await this.#cache.close?.();
  }

  /** What stays is removed when it expires. */
  #remove(digest: string): void {
    this.#uses.delete(digest);
    void (async () => this.#cache.delete('cas', digest))().catch(() => undefined);
  }
}

function* digestsIn(packed: PackedMessage): Generator<string> {
  if (typeof packed === 'string') return;
  for (const part of packed) if (typeof part !== 'string') yield* part.chunks;
}

/** The length of a message in one piece, in bytes. */
export function lengthOf({ head, buffers }: BinaryParts): number {
  return buffers.reduce((sum, { length }) => sum + length + 64, head.length);
}

function inBase64(length: number): number {
  return Math.ceil(length / 3) * 4;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}
