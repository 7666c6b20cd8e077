/**
 * Reads and writes the results of calls in a cache. Everything that is read is verified; what is damaged counts as
 * absent and is removed. Answers that a cache gives at once are given on at once.
 */
import { whenThere } from './awaitable.ts';
import { basisOf, joinBases, VOLATILE, type Basis } from './basis.ts';
import type { Awaitable, Cache, CacheMap, Claim } from './cache.ts';
import { decodeValue, NOT_PLAIN, plainValue, type DecodeContext } from './decode.ts';
import { concatenate } from './encode.ts';
import { SomenError } from './errors.ts';
import type { FileValue } from './file-value.ts';
import type { FileMemo, FilePort } from './files.ts';
import { CHUNK_SIZE, toHex, type ContentId } from './hasher.ts';
import type { EncodedValue, Keyer, ValueForm } from './key.ts';
import { fromPortable, toPortable, type PortableWorkflow } from './portable-workflow.ts';
import {
  formOf,
  RECORD_FORMAT,
  sealRecord,
  type ActionRecord,
  type FileRecord,
  type RecordInfo,
  type ResultRecord,
  type TaskRecord,
  type TaskVersion,
} from './record.ts';
import { openRecord, type OpenRecord } from './record-reader.ts';
import { chunksOf } from './sha256.ts';
import { StoredValue, type Loaded } from './stored-value.ts';
import { deriveTask, type Task } from './task.ts';
import { plainHints } from './wire-task.ts';
import type { WorkflowNode } from './workflow.ts';

/** A result found in a cache. */
export type FoundResult = {
  /** The key that it stands under; none of a file. */
  readonly key: string | undefined;
  /** What it rests on beside its call. */
  readonly basis: Basis | undefined;
} & (
  | {
      readonly kind: 'value';
      /** The value; where it is not short, a `StoredValue`, which is read when it is needed. */
      readonly value: unknown;
      readonly form: ValueForm;
    }
  | { readonly kind: 'workflow'; readonly node: WorkflowNode }
);

/** For how long and on what a result counts, where its key does not say. */
export interface Validity {
  /** Until when, in milliseconds since 1970. */
  readonly until?: number | undefined;
  /** Tasks that are part of the value. */
  readonly tasks?: ReadonlySet<Task> | undefined;
  /** Files that are part of the value. */
  readonly files?: readonly FileValue[] | undefined;
}

/** How many bytes went through a cache. */
export interface CacheTraffic {
  readonly read: number;
  readonly written: number;
}

/** Reads and writes results of one runtime in a cache. */
export class ResultStore {
  /** What went through the cache so far. */
  readonly traffic = { read: 0, written: 0 };
  readonly #cache: Cache;
  readonly #keyer: Keyer;
  readonly #context: DecodeContext;
  readonly #files: FilePort | undefined;
  /** Remembers what was found out about files. */
  readonly memo: FileMemo = {
    get: (question) =>
      whenThere(this.#record(this.#memoName(question)), (record) =>
        record?.kind === 'memo' ? record.answer : undefined,
      ),
    set: (question, answer) => {
      const key = this.#memoName(question);
      return this.#put({ format: RECORD_FORMAT, key, status: 'done', kind: 'memo', answer });
    },
  };

  constructor(cache: Cache, keyer: Keyer, context: DecodeContext, files?: FilePort) {
    this.#cache = cache;
    this.#keyer = keyer;
    this.#context = context;
    this.#files = files;
  }

  #memoName(question: readonly unknown[]): string {
    return this.#keyer.contentOf(this.#keyer.pieces(['somen/memo/1', ...question])).digest;
  }

  /** Where other processes find the same results; see `Cache.url`. */
  get url(): string | undefined {
    return this.#cache.url;
  }

  /** Whether other processes can be told what is computed here. */
  get takesClaims(): boolean {
    return this.#cache.claim !== undefined;
  }

  /** The right to compute a call; `undefined` where another process computes it. */
  claim(key: string): Awaitable<Claim | undefined> {
    return this.#cache.claim?.(key);
  }

  /**
   * The result stored under the key of the call `node`, or `undefined`. `whole` reads values at once. Throws or rejects
   * where the cache itself fails.
   */
  find(key: string, node: WorkflowNode, whole: boolean): Awaitable<FoundResult | undefined> {
    return whenThere(this.#record(key), (record) => {
      if (record?.kind !== 'value' && record?.kind !== 'workflow') return undefined;
      if (record.files === undefined) return this.#result(record, node, whole);
      return this.#areThere(record.files).then((areThere) =>
        areThere ? this.#result(record, node, whole) : undefined,
      );
    });
  }

  /** As `find`, under the key of a call ahead of running: by way of a link that still counts. */
  findAhead(ahead: string, node: WorkflowNode, whole: boolean): Awaitable<FoundResult | undefined> {
    return whenThere(this.#record(ahead), (link) => {
      if (link?.kind !== 'link' || link.target === undefined) return undefined;
      const basis = this.#currentBasis(link);
      if (basis === 'outdated') return undefined;
      return whenThere(this.find(link.target, node, whole), (found) =>
        found === undefined ? undefined : { ...found, basis: joinBases(basis, found.basis) },
      );
    });
  }

  /** Whether files are as they were when a result was stored. */
  async #areThere(files: readonly FileRecord[]): Promise<boolean> {
    for (const [path, , digest] of files) {
      const file = await this.#files?.identify(path, this.memo).catch(() => undefined);
      if (file?.digest !== digest) return false;
    }
    return true;
  }

  #record(name: string): Awaitable<OpenRecord | undefined> {
    return whenThere(this.#cache.get('ac', name), (bytes) => {
      if (bytes === undefined) return undefined;
      this.traffic.read += bytes.length;
      const record = openRecord(name, bytes, this.#keyer, this.#context);
      if (record === undefined) return whenThere(this.#cache.delete('ac', name), () => undefined);
      return record.expires !== undefined && record.expires <= Date.now() ? undefined : record;
    });
  }

  /** What a record rests on; `'outdated'` where a task has another version now, or is not known here. */
  #currentBasis({ basis, expires }: OpenRecord): Basis | undefined | 'outdated' {
    if (basis === undefined) return basisOf(undefined, expires);
    const tasks = new Set<Task>();
    for (const [id, version] of basis) {
      const task = this.#context.taskById(id);
      if (task === undefined || this.#keyer.version(task) !== version) return 'outdated';
      tasks.add(task);
    }
    return basisOf(tasks, expires);
  }

  #result(record: OpenRecord, node: WorkflowNode, whole: boolean): Awaitable<FoundResult | undefined> {
    const { key, inline } = record;
    const current = this.#currentBasis(record);
    const basis = current === 'outdated' ? VOLATILE : current;
    if (inline !== undefined) return this.#found(record, inline.slice(), basis);
    const form = formOf(record);
    const { content, align = 0 } = record;
    if (record.kind === 'value' && !whole && form !== undefined && content !== undefined) {
      const value = new StoredValue(node, { ...content, align }, () => this.load(content, align));
      return { key, kind: 'value', value, form, basis };
    }
    return this.#content(content, align).then((encoding) =>
      encoding === undefined ? undefined : this.#found(record, encoding, basis),
    );
  }

  #found(record: OpenRecord, encoding: Uint8Array, basis: Basis | undefined): FoundResult | undefined {
    const decoded = this.#decode(encoding);
    if (decoded === undefined) return undefined;
    const { key } = record;
    if (record.kind === 'value')
      return { key, kind: 'value', value: decoded.value, form: formOf(record) ?? encoding, basis };
    const node = this.#workflow(decoded.value as PortableWorkflow<TaskRecord>);
    return node && { key, kind: 'workflow', node, basis };
  }

  /** The value of a content, or `undefined` where it is missing or damaged. */
  async load(content: ContentId, align: number): Promise<Loaded | undefined> {
    const encoding = await this.#content(content, align);
    return encoding === undefined ? undefined : this.#decode(encoding);
  }

  /** The bytes are what was stored; what they name (a task, a type) may not be here. Then the job runs again. */
  #decode(encoding: Uint8Array): Loaded | undefined {
    const plain = plainValue(encoding, 0, encoding.length);
    if (plain !== NOT_PLAIN) return { value: plain };
    try {
      return { value: decodeValue(encoding, this.#context) };
    } catch (error) {
      if (error instanceof SomenError) return undefined;
      throw error;
    }
  }

  #workflow(workflow: PortableWorkflow<TaskRecord>): WorkflowNode | undefined {
    try {
      return fromPortable(workflow, (reference) => this.#task(reference));
    } catch (error) {
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
    this.traffic.read += bytes.length;
    if (bytes.length === length && toHex(this.#keyer.hasher.hash([bytes])) === digest) return bytes;
    await this.#cache.delete('cas', digest);
    return undefined;
  }

  /** Stores a value under a key. Rejects where the cache fails. */
  async saveValue(key: string, encoded: EncodedValue, info: RecordInfo, validity: Validity = {}): Promise<void> {
    await this.#save(key, 'value', encoded, info, validity);
  }

  /**
   * Stores the workflow that a task returned.
   * @throws SerializationError where one of its arguments has no encoding
   */
  async saveWorkflow(key: string, node: WorkflowNode, info: RecordInfo, validity: Validity = {}): Promise<void> {
    const portable = toPortable(node, (task): TaskRecord => {
      const id = this.#keyer.taskId(task);
      return task.base === undefined ? id : [id, plainHints(task.hints)];
    });
    await this.#save(key, 'workflow', this.#keyer.encode(portable, 'workflow'), info, validity);
  }

  /** Notes under the key of a call ahead of running where its result stands. */
  async saveLink(ahead: string, target: string, basis: Basis | undefined): Promise<void> {
    const record = { format: RECORD_FORMAT, key: ahead, status: 'done', kind: 'link', target } as const;
    await this.#put({ ...record, ...this.#limits({ until: basis?.until, tasks: basis?.tasks }) });
  }

  /** Contents first: a record never names what is not there yet. */
  async #save(
    key: string,
    kind: ResultRecord['kind'],
    { form, pieces, shared }: EncodedValue,
    info: RecordInfo,
    validity: Validity,
  ): Promise<void> {
    const stored = shared === undefined ? form : this.#keyer.encoded(shared).form;
    const own = shared === undefined ? {} : { form: form instanceof Uint8Array ? form.slice().buffer : form };
    const place =
      stored instanceof Uint8Array ? { inline: stored.slice().buffer } : { content: stored, ...aligned(pieces) };
    if (!(stored instanceof Uint8Array)) await this.#putContent(stored, shared ?? pieces);
    const head = { format: RECORD_FORMAT, key, status: 'done', kind } as const;
    await this.#put({ ...head, ...this.#limits(validity), ...place, ...own, ...info });
  }

  async #put(record: ActionRecord): Promise<void> {
    await this.#write('ac', record.key, sealRecord(record, this.#keyer));
  }

  #limits({ until = Infinity, tasks, files = [] }: Validity): Pick<ActionRecord, 'expires' | 'basis' | 'files'> {
    const versions = [...(tasks ?? [])].map((task): TaskVersion => [
      this.#keyer.taskId(task),
      this.#keyer.version(task),
    ]);
    versions.sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      ...(until < Infinity && { expires: until }),
      ...(versions.length > 0 && { basis: versions }),
      ...(files.length > 0 && { files: files.map(({ path, size, digest }): FileRecord => [path, size, digest]) }),
    };
  }

  async #putContent(id: ContentId, pieces: readonly Uint8Array[]): Promise<void> {
    if (id.length <= CHUNK_SIZE) {
      await this.#write('cas', id.digest, concatenate(pieces));
      return;
    }
    const list = this.#keyer.hasher.hashChunks(pieces, CHUNK_SIZE);
    let index = 0;
    for (const chunk of chunksOf(pieces, CHUNK_SIZE)) {
      await this.#write('cas', toHex(list.subarray(32 * index, 32 * index + 32)), concatenate(chunk));
      index++;
    }
    await this.#write('cas', id.digest, list);
  }

  #write(map: CacheMap, name: string, bytes: Uint8Array): Awaitable<void> {
    this.traffic.written += bytes.length;
    return this.#cache.put(map, name, bytes);
  }
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
