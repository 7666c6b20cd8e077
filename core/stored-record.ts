/** Records of a cache, read for people and for maintenance: of any kind, also of kinds that came after this was written. */
import { peek } from './cache-listing.ts';
import type { Cache } from './cache.ts';
import { decodeValue, type DecodeContext } from './decode.ts';
import { CHUNK_SIZE, toHex, type ContentId, type Hasher } from './hasher.ts';

/** What a record tells. What it does not tell, or tells in another form, is missing. */
export interface StoredRecord {
  readonly format: string;
  readonly key: string;
  readonly status?: string;
  /** `value`, `workflow`, or what later versions add. */
  readonly kind?: string;
  /** The encoding of the result, where that is short. */
  readonly inline?: Uint8Array;
  /** The contents that it names. */
  readonly contents: readonly ContentId[];
  /** The key of the record that it stands for. */
  readonly target?: string;
  readonly task?: string;
  readonly version?: string;
  readonly start?: number;
  readonly duration?: number;
  /** Until when it counts, in milliseconds since 1970. */
  readonly expires?: number;
  readonly where?: string;
  readonly session?: string;
  readonly inputs?: readonly string[];
}

const NAME = /^[0-9a-f]{64}$/;
const NOTHING_KNOWN: DecodeContext = { taskById: () => undefined, classById: () => undefined };

/**
 * The record in an entry of `ac`; `undefined` where it is damaged, or stands under a key that is not its own.
 * @param hasher if given, its digest is checked as well
 */
export function readRecord(bytes: Uint8Array, key: string, hasher?: Hasher): StoredRecord | undefined {
  try {
    const [digest, body] = decodeValue(bytes, NOTHING_KNOWN) as [ArrayBuffer, ArrayBuffer];
    const content = new Uint8Array(body);
    if (hasher !== undefined && toHex(hasher.hash([content])) !== toHex(new Uint8Array(digest))) return undefined;
    const record = recordOf(decodeValue(content, NOTHING_KNOWN) as Readonly<Record<string, unknown>>);
    return record?.key === key ? record : undefined;
  } catch {
    return undefined;
  }
}

function recordOf(members: Readonly<Record<string, unknown>>): StoredRecord | undefined {
  const { format, key, inline, target, inputs } = members;
  if (typeof format !== 'string' || typeof key !== 'string') return undefined;
  const texts = pick(members, ['status', 'kind', 'task', 'version', 'where', 'session'], 'string');
  const numbers = pick(members, ['start', 'duration', 'expires'], 'number');
  return {
    format,
    key,
    ...texts,
    ...numbers,
    ...(inline instanceof ArrayBuffer && { inline: new Uint8Array(inline) }),
    ...(typeof target === 'string' && NAME.test(target) && { target }),
    ...(Array.isArray(inputs) && { inputs: inputs.map(String) }),
    contents: [members['content'], members['form']].filter(isContentId),
  };
}

function pick(
  members: Readonly<Record<string, unknown>>,
  names: readonly string[],
  type: 'string' | 'number',
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.filter((name) => typeof members[name] === type).map((name) => [name, members[name]]));
}

function isContentId(value: unknown): value is ContentId {
  const { digest, length } = (value ?? {}) as Partial<ContentId>;
  return typeof digest === 'string' && NAME.test(digest) && Number.isSafeInteger(length) && (length ?? -1) >= 0;
}

/** An entry of `cas`, and how long it must be, where the record says so. */
export interface ContentPart {
  readonly digest: string;
  readonly length: number;
}

/**
 * The entries of `cas` that hold a content: itself, or the list of its chunks and the chunks. `undefined` where the list is
 * not there, or has the wrong length.
 */
export async function partsOf(cache: Cache, id: ContentId): Promise<readonly ContentPart[] | undefined> {
  if (id.length <= CHUNK_SIZE) return [id];
  const count = Math.ceil(id.length / CHUNK_SIZE);
  const list = await peek(cache, 'cas', id.digest);
  if (list?.length !== 32 * count) return undefined;
  const chunks = Array.from({ length: count }, (_, index) => ({
    digest: toHex(list.subarray(32 * index, 32 * index + 32)),
    length: Math.min(CHUNK_SIZE, id.length - CHUNK_SIZE * index),
  }));
  return [{ digest: id.digest, length: list.length }, ...chunks];
}
