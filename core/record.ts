/**
 * The records of calls in a cache, and their envelope. `core/README.md` specifies the format.
 */
import { CborWriter } from './cbor-writer.ts';
import { concatenate } from './encode.ts';
import type { ContentId } from './hasher.ts';
import type { Hints } from './hints.ts';
import type { Keyer, ValueForm } from './key.ts';

/** The format's name, first in every record. */
export const RECORD_FORMAT = 'somen/record/1';

/** What a record tells beside the result. */
export interface RecordInfo {
  /** The task's id and version, as in the key. */
  readonly task: string;
  readonly version: string;
  /** When the job started, in milliseconds since 1970. */
  readonly start: number;
  /** How long it took, in milliseconds. */
  readonly duration: number;
  /** Which worker ran it. */
  readonly where: string;
  /** The session of the runs that stored it; see `SessionEntry`. */
  readonly session: string;
  /** The digests of the arguments, as far as they were long enough to have one. */
  readonly inputs: readonly string[];
}

/** A file in a record: its path, its length in bytes, its digest. */
export type FileRecord = readonly [path: string, size: number, digest: string];

/** A task in a record: its id and its version. */
export type TaskVersion = readonly [id: string, version: string];

/** What every record has. */
interface RecordBase {
  readonly format: string;
  /** The name that it stands under. */
  readonly key: string;
  readonly status: 'done';
  /** Until when it counts, in milliseconds since 1970. */
  readonly expires?: number;
  /** Tasks that it rests on beside its key: it counts only while these have these versions. See `basis.ts`. */
  readonly basis?: readonly TaskVersion[];
  /** Files in the result: it counts only while they are these. */
  readonly files?: readonly FileRecord[];
}

/** The result of a call. */
export interface ResultRecord extends RecordBase, RecordInfo {
  readonly kind: 'value' | 'workflow';
  /** The result's encoding, if it is short. */
  readonly inline?: ArrayBuffer;
  /** Else the content that is its encoding. */
  readonly content?: ContentId;
  /** Where shared objects make that another one than the canonical encoding: the form in which the result stands in keys. */
  readonly form?: ArrayBuffer | ContentId;
  /** Where in the content the largest array of numbers begins, modulo 8: read there, it need not be copied. */
  readonly align?: number;
}

/** Under a key ahead of running: the key under which the result stands. */
export interface LinkRecord extends RecordBase {
  readonly kind: 'link';
  readonly target: string;
}

/** What was found out about a file, under the digest of the question. */
export interface MemoRecord extends RecordBase {
  readonly kind: 'memo';
  readonly answer: string;
}

/** What stands in the map `ac`. */
export type ActionRecord = ResultRecord | LinkRecord | MemoRecord;

/** A task in a stored workflow: its id; with hints where they are not those that it was scheduled with. */
export type TaskRecord = string | readonly [id: string, hints: Hints];

/** A record in its envelope: a byte string of the SHA-256, a byte string of the record. */
export function sealRecord(record: ActionRecord, keyer: Keyer): Uint8Array {
  const body = bytesOf(record, keyer);
  return bytesOf([keyer.hasher.hash([body]).slice().buffer, body.buffer], keyer);
}

function bytesOf(value: unknown, { encoder }: Keyer): Uint8Array<ArrayBuffer> {
  const writer = new CborWriter(new Uint8Array(1024));
  encoder.write(writer, value);
  return concatenate(writer.pieces());
}

/** How the result of a record stands in keys, where that is another encoding than the stored one. */
export function formOf({
  form,
  content,
}: {
  readonly form: ArrayBuffer | ContentId | undefined;
  readonly content: ContentId | undefined;
}): ValueForm | undefined {
  return form instanceof ArrayBuffer ? new Uint8Array(form) : (form ?? content);
}
