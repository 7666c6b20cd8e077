/**
 * Reads of a record what a look-up needs, and passes over the rest: to decode all of it took most of the time of a hit.
 */
import { decodeValue, type DecodeContext } from './decode.ts';
import type { ContentId, Hasher } from './hasher.ts';
import { RECORD_FORMAT, type ActionRecord, type FileRecord, type TaskVersion } from './record.ts';

/** The length of a SHA-256, in bytes. */
const DIGEST_LENGTH = 32;
/** So deep does no member of a record go. */
const MAX_DEPTH = 32;

/** What a look-up needs of a record: of any kind. */
export interface OpenRecord {
  /** The name that it stands under. */
  readonly key: string;
  kind: ActionRecord['kind'] | undefined;
  expires: number | undefined;
  basis: readonly TaskVersion[] | undefined;
  files: readonly FileRecord[] | undefined;
  /** The result's encoding, if it is short: a view of the entry. */
  inline: Uint8Array | undefined;
  content: ContentId | undefined;
  form: ArrayBuffer | ContentId | undefined;
  align: number | undefined;
  /** Of a link. */
  target: string | undefined;
  /** Of a memo. */
  answer: string | undefined;
}

/** What is no record. */
class NoRecord extends Error {}

/**
 * The record in an entry, `undefined` where it is damaged, of another format, or stands under another name. An entry is
 * an envelope: a byte string of the SHA-256, and a byte string of the record.
 */
export function openRecord(
  name: string,
  entry: Uint8Array,
  { hasher }: { readonly hasher: Hasher },
  context: DecodeContext,
): OpenRecord | undefined {
  try {
    const start = bodyOf(entry);
    return isIntact(entry, start, hasher) ? recordAt(entry, start, name, context) : undefined;
  } catch {
    return undefined;
  }
}

/** Where the record begins. */
function bodyOf(entry: Uint8Array): number {
  if (entry[0] !== 0x82 || entry[1] !== 0x58 || entry[2] !== DIGEST_LENGTH) throw new NoRecord();
  return bytesAt(entry, 3 + DIGEST_LENGTH, entry.length);
}

function isIntact(entry: Uint8Array, start: number, hasher: Hasher): boolean {
  const digest = hasher.hash([entry.subarray(start)]);
  for (let index = 0; index < DIGEST_LENGTH; index++) if (digest[index] !== entry[index + 3]) return false;
  return true;
}

function recordAt(entry: Uint8Array, start: number, name: string, context: DecodeContext): OpenRecord | undefined {
  if ((entry[start] as number) >>> 5 !== 5) throw new NoRecord();
  const record = emptyRecord(name);
  let checked = 0;
  let at = start + headSize(entry, start);
  for (let left = argument(entry, start); left > 0; left--) {
    const value = skip(entry, at, 0);
    const end = skip(entry, value, 0);
    const member = memberAt(entry, at);
    if (member === 'key') checked += isText(entry, value, name) ? 1 : 0;
    else if (member === 'format') checked += isText(entry, value, RECORD_FORMAT) ? 1 : 0;
    else if (member === 'kind') record.kind = KINDS.find((kind) => isText(entry, value, kind));
    else if (member === 'inline') record.inline = entry.subarray(bytesAt(entry, value, end), end);
    else if (member !== undefined) record[member] = decodeValue(entry.slice(value, end), context) as never;
    at = end;
  }
  return at === entry.length && checked === 2 ? record : undefined;
}

const KINDS = ['value', 'workflow', 'link', 'memo'] as const satisfies readonly ActionRecord['kind'][];

/** All members, so that all records have one layout. */
function emptyRecord(key: string): OpenRecord {
  return {
    key,
    kind: undefined,
    expires: undefined,
    basis: undefined,
    files: undefined,
    inline: undefined,
    content: undefined,
    form: undefined,
    align: undefined,
    target: undefined,
    answer: undefined,
  };
}

type Member = 'format' | keyof OpenRecord;

/** The members that are looked at, by their lengths and beginnings. */
const MEMBERS: ReadonlyMap<number, Member> = new Map(
  (
    [
      'key',
      'kind',
      'form',
      'files',
      'basis',
      'align',
      'format',
      'inline',
      'answer',
      'target',
      'content',
      'expires',
    ] as const
  ).map((name) => [signature(name.length, name.charCodeAt(0), name.charCodeAt(1)), name]),
);

function signature(length: number, first: number, second: number): number {
  return (length << 16) | (first << 8) | second;
}

function memberAt(entry: Uint8Array, at: number): Member | undefined {
  const length = (entry[at] as number) - 0x60;
  const name = MEMBERS.get(signature(length, entry[at + 1] as number, entry[at + 2] as number));
  return name !== undefined && isText(entry, at, name) ? name : undefined;
}

/** Where the bytes of a byte string begin that ends at `end`. */
function bytesAt(bytes: Uint8Array, at: number, end: number): number {
  const start = at + headSize(bytes, at);
  if ((bytes[at] as number) >>> 5 !== 2 || start + argument(bytes, at) !== end) throw new NoRecord();
  return start;
}

/** Whether an ASCII text stands at a place. */
function isText(bytes: Uint8Array, at: number, text: string): boolean {
  const { length } = text;
  if ((bytes[at] as number) >>> 5 !== 3 || argument(bytes, at) !== length) return false;
  const start = at + headSize(bytes, at);
  for (let index = 0; index < length; index++) if (bytes[start + index] !== text.charCodeAt(index)) return false;
  return true;
}

/** Where the next item begins. */
function skip(bytes: Uint8Array, at: number, depth: number): number {
  if (at >= bytes.length || depth > MAX_DEPTH) throw new NoRecord();
  const major = (bytes[at] as number) >>> 5;
  let next = at + headSize(bytes, at);
  if (major === 2 || major === 3) next += argument(bytes, at);
  else if (major === 6) next = skip(bytes, next, depth + 1);
  else if (major === 4 || major === 5) {
    for (let left = argument(bytes, at) * (major - 3); left > 0; left--) next = skip(bytes, next, depth + 1);
  }
  if (next > bytes.length) throw new NoRecord();
  return next;
}

function headSize(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) & 0x1f;
  if (low < 24) return 1;
  if (low > 27) throw new NoRecord();
  return 1 + (1 << (low - 24));
}

function argument(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) & 0x1f;
  if (low < 24) return low;
  if (low === 24) return bytes[at + 1] as number;
  if (low === 25) return ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
  let value = 0;
  for (let index = at + 1; index < at + 1 + (1 << (low - 24)); index++) value = value * 256 + (bytes[index] as number);
  return value;
}
