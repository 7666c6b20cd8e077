/**
 * What stands in a cache: records of calls and the contents that they name. `core/README.md` specifies the format.
 * Everything that is read is verified; what is damaged counts as absent and is removed.
 */
import type { Cache } from './cache.ts';
import { CborWriter } from './cbor-writer.ts';
import { decodeValue, type DecodeContext } from './decode.ts';
import { concatenate } from './encode.ts';
import { SomenError } from './errors.ts';
import type { Hints } from './hints.ts';
import { CHUNK_SIZE, toHex, type ContentId } from './hasher.ts';
import type { EncodedValue, Keyer, ValueForm } from './key.ts';
import { fromPortable, toPortable, type PortableWorkflow } from './portable-workflow.ts';
import { chunksOf } from './sha256.ts';
import { deriveTask, type Task } from './task.ts';
import { plainHints } from './wire-task.ts';
import type { WorkflowNode } from './workflow.ts';

/** The format's name, first in every record. */
const RECORD_FORMAT = 'somen/record/1';

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
  /** The run that stored it: a random id. */
  readonly session: string;
  /** The digests of the arguments, as far as they were long enough to have one. */
  readonly inputs: readonly string[];
}

/** A result found in a cache. */
export type StoredResult =
  | { readonly kind: 'value'; readonly value: unknown; readonly form: ValueForm }
  | { readonly kind: 'workflow'; readonly node: WorkflowNode };

/** A task in a stored workflow: its id; with hints where they are not those that it was scheduled with. */
type TaskRecord = string | readonly [id: string, hints: Hints];

/** A record as it is written. */
interface ActionRecord extends RecordInfo {
  readonly format: string;
  readonly key: string;
  readonly status: 'done';
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

/** Reads and writes results of one runtime in a cache. */
export class ResultStore {
  readonly #cache: Cache;
  readonly #keyer: Keyer;
  readonly #context: DecodeContext;

  constructor(cache: Cache, keyer: Keyer, context: DecodeContext) {
    this.#cache = cache;
    this.#keyer = keyer;
    this.#context = context;
  }

  /** The result stored under a key, or `undefined`. Rejects where the cache itself fails. */
  async load(key: string): Promise<StoredResult | undefined> {
    const bytes = await this.#cache.get('ac', key);
    if (bytes === undefined) return undefined;
    const record = this.#open(bytes);
    if (record?.key !== key || record.format !== RECORD_FORMAT) {
      await this.#cache.delete('ac', key);
      return undefined;
    }
    const encoding =
      record.inline === undefined ? await this.#content(record.content, record.align) : new Uint8Array(record.inline);
    return encoding === undefined ? undefined : this.#result(record, encoding);
  }

  /** The record in its envelope: a byte string of the SHA-256, a byte string of the record. */
  #open(bytes: Uint8Array): ActionRecord | undefined {
    try {
      const [digest, body] = decodeValue(bytes, this.#context) as [ArrayBuffer, ArrayBuffer];
      const content = new Uint8Array(body);
      if (toHex(this.#keyer.hasher.hash([content])) !== toHex(new Uint8Array(digest))) return undefined;
      return decodeValue(content, this.#context) as ActionRecord;
    } catch {
      return undefined;
    }
  }

  #result(record: ActionRecord, encoding: Uint8Array): StoredResult | undefined {
    try {
      const value = decodeValue(encoding, this.#context);
      if (record.kind === 'workflow')
        return {
          kind: 'workflow',
          node: fromPortable(value as PortableWorkflow<TaskRecord>, (ref) => this.#task(ref)),
        };
      return { kind: 'value', value, form: formOf(record) ?? encoding };
    } catch (error) {
      // The bytes are what was stored; what they name (a task, a type) is not here. The job runs again.
      if (error instanceof SomenError) return undefined;
      throw error;
    }
  }

  #task(reference: TaskRecord): Task | undefined {
    const [id, hints] = typeof reference === 'string' ? [reference] : reference;
    const task = this.#context.taskById(id);
    return task === undefined || hints === undefined ? task : deriveTask(task, hints);
  }

  async #content(id: ContentId | undefined, align = 0): Promise<Uint8Array | undefined> {
    if (id === undefined) return undefined;
    if (id.length <= CHUNK_SIZE) return this.#verified(id.digest, id.length);
    const list = await this.#verified(id.digest, 32 * Math.ceil(id.length / CHUNK_SIZE));
    if (list === undefined) return undefined;
    const content = new Uint8Array(new ArrayBuffer(id.length + 8), (8 - align) % 8, id.length);
    for (let start = 0, index = 0; start < id.length; start += CHUNK_SIZE, index++) {
      const chunk = await this.#verified(
        toHex(list.subarray(32 * index, 32 * index + 32)),
        Math.min(CHUNK_SIZE, id.length - start),
      );
      if (chunk === undefined) return undefined;
      content.set(chunk, start);
    }
    return content;
  }

  async #verified(digest: string, length: number): Promise<Uint8Array | undefined> {
    const bytes = await this.#cache.get('cas', digest);
    if (bytes === undefined) return undefined;
    if (bytes.length === length && toHex(this.#keyer.hasher.hash([bytes])) === digest) return bytes;
    await this.#cache.delete('cas', digest);
    return undefined;
  }

  /** Stores a value under a key. Rejects where the cache fails. */
  async saveValue(key: string, encoded: EncodedValue, info: RecordInfo): Promise<void> {
    await this.#save(key, 'value', encoded, info);
  }

  /**
   * Stores the workflow that a task returned.
   * @throws SerializationError where one of its arguments has no encoding
   */
  async saveWorkflow(key: string, node: WorkflowNode, info: RecordInfo): Promise<void> {
    const portable = toPortable(node, (task): TaskRecord => {
      const id = this.#keyer.taskId(task);
      return task.base === undefined ? id : [id, plainHints(task.hints)];
    });
    await this.#save(key, 'workflow', this.#keyer.encode(portable, 'workflow'), info);
  }

  /** Contents first: a record never names what is not there yet. */
  async #save(
    key: string,
    kind: ActionRecord['kind'],
    { form, pieces, shared }: EncodedValue,
    info: RecordInfo,
  ): Promise<void> {
    const stored = shared === undefined ? form : this.#keyer.encoded(shared).form;
    const own = shared === undefined ? {} : { form: form instanceof Uint8Array ? form.slice().buffer : form };
    const place =
      stored instanceof Uint8Array ? { inline: stored.slice().buffer } : { content: stored, ...aligned(pieces) };
    if (!(stored instanceof Uint8Array)) await this.#putContent(stored, shared ?? pieces);
    const record: ActionRecord = { format: RECORD_FORMAT, key, status: 'done', kind, ...place, ...own, ...info };
    await this.#cache.put('ac', key, this.#seal(record));
  }

  #seal(record: ActionRecord): Uint8Array {
    const body = this.#bytes(record);
    return this.#bytes([this.#keyer.hasher.hash([body]).slice().buffer, body.buffer]);
  }

  #bytes(value: unknown): Uint8Array<ArrayBuffer> {
    const writer = new CborWriter(new Uint8Array(1024));
    this.#keyer.encoder.write(writer, value);
    return concatenate(writer.pieces());
  }

  async #putContent(id: ContentId, pieces: readonly Uint8Array[]): Promise<void> {
    if (id.length <= CHUNK_SIZE) {
      await this.#cache.put('cas', id.digest, concatenate(pieces));
      return;
    }
    const list = this.#keyer.hasher.hashChunks(pieces, CHUNK_SIZE);
    let index = 0;
    for (const chunk of chunksOf(pieces, CHUNK_SIZE)) {
      await this.#cache.put('cas', toHex(list.subarray(32 * index, 32 * index + 32)), concatenate(chunk));
      index++;
    }
    await this.#cache.put('cas', id.digest, list);
  }
}

function formOf({ form, content }: ActionRecord): ValueForm | undefined {
  return form instanceof ArrayBuffer ? new Uint8Array(form) : (form ?? content);
}

function aligned(pieces: readonly Uint8Array[]): { readonly align?: number } {
  let largest = 0;
  let at = 0;
  let position = 0;
  for (const { length } of pieces) {
    if (length > largest) [largest, at] = [length, position];
    position += length;
  }
  return at % 8 === 0 ? {} : { align: at % 8 };
}

/** The digests among the forms of a call's arguments. */
export function inputDigests(forms: readonly (ValueForm | undefined)[]): string[] {
  return forms.flatMap((form) => (form === undefined || form instanceof Uint8Array ? [] : [form.digest]));
}
