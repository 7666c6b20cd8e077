/**
 * The key of a call: what makes two calls the same. `core/README.md` specifies it, with test vectors.
 */
import { toBase64 } from './base64.ts';
import { CborWriter, MAJOR } from './cbor-writer.ts';
import type { ClassReference } from './classes.ts';
import { concatenate, Encoder, openObject } from './encode.ts';
import { FILE } from './files.ts';
import { byteLength, contentId, fromHex, type ContentId, type Hasher } from './hasher.ts';
import { parallelContentId, type ChunkHasher } from './parallel-digest.ts';
import { BUILT_IN, type Serializers } from './serializers.ts';
import { TaskIdentities, type CodePorts } from './task-identity.ts';
import type { Task } from './task.ts';
import { isNode, type WorkflowNode } from './workflow.ts';

/** Begins every key; changes when the meaning of keys does. */
const KEY_FORMAT = 'somen/1';

/** An encoding longer than this many bytes stands in keys and records as its digest. */
const INLINE_LIMIT = 1024;

/** The encoding of a call above this many bytes is not kept. */
const MAX_CALL = 65_536;

/** For how long code is taken for what it was, in milliseconds: to look at its files takes as long as to find a result. */
const CODE_HOLDS = 1000;

/** How a value stands in a key: its encoding if that is short, else the digest of its encoding. */
export type ValueForm = Uint8Array | ContentId;

/** A value's encoding: its form, and the bytes for a store. */
export interface EncodedValue {
  readonly form: ValueForm;
  /** The whole encoding. Views into the value's own memory where that is large: valid until the value changes. */
  readonly pieces: readonly Uint8Array[];
  /** Another encoding, which keeps shared objects shared, where there are some. */
  readonly shared?: readonly Uint8Array[] | undefined;
}

/** Computes keys and digests for one runtime. */
export class Keyer {
  readonly hasher: Hasher;
  readonly encoder: Encoder;
  /** What stands for tasks. */
  readonly tasks: TaskIdentities;
  /** The beginning of the key of each task's calls. */
  #prefixes = new WeakMap<Task, Uint8Array>();
  /** When code was looked for, in milliseconds since 1970. */
  #looked = 0;
  /** Whether the encoding of each call is kept, for {@link takeCall}. */
  keepsCalls = false;
  #call: string | undefined;
  /** Takes up the tasks that are met in values, while somebody wants to know. */
  #met: Set<Task> | undefined;

  /** `code` tells where tasks come from. */
  constructor(hasher: Hasher, code: CodePorts, serializers: Serializers = BUILT_IN) {
    this.hasher = hasher;
    this.tasks = new TaskIdentities(hasher, code, (value) => this.contentOf(this.pieces(value)).digest);
    this.encoder = new Encoder(
      {
        task: (task) => {
          this.#met?.add(task.base ?? task);
          return [this.taskId(task), this.version(task)];
        },
        class: (known) => this.classId(known),
      },
      serializers,
    );
  }

  /** A run begins: code that was looked for a while ago is looked for again. Returns whether versions may be others now. */
  runBegins(time: number): boolean {
    if (time - this.#looked < CODE_HOLDS) return false;
    this.#looked = time;
    if (!this.tasks.lookAgain()) return false;
    this.#prefixes = new WeakMap();
    return true;
  }

  /** What stands for a task in keys. */
  taskId(task: Task): string {
    return this.tasks.id(task);
  }

  /** What stands for a class in encodings. */
  classId(known: ClassReference): string {
    return this.tasks.idOf(known);
  }

  /** The version of a task in keys. */
  version(task: Task): string {
    if (task.version !== undefined) return task.version;
    // A task among the arguments is met in the middle of a key, which stands in the memory that hashing overwrites.
    return this.#keepingScratch(this.hasher.scratch.length, () => this.tasks.version(task));
  }

  /**
   * The hex key of a call. `forms[i]`, where known, stands for `args[i]`, which then is not looked at.
   * @throws SerializationError where an argument has no encoding, with its path: `args[1].callback`
   */
  key(task: Task, args: readonly unknown[], forms?: readonly (ValueForm | undefined)[]): string {
    const writer = new CborWriter(this.hasher.scratch);
    writer.raw(this.#prefix(task));
    writer.head(MAJOR.array, args.length);
    for (let index = 0; index < args.length; index++) {
      const form = forms?.[index];
      if (form === undefined) this.#argument(writer, args[index], index);
      else writeForm(writer, form);
    }
    if (this.keepsCalls) this.#call = this.#textOf(writer);
    if (writer.inMemory) return this.hasher.hashScratch(writer.position);
    return contentId(this.hasher, this.#ownPieces(writer)).digest;
  }

  /** Made text at once: a typed array would live until the history is written, and cost the collector more. */
  #textOf({ inMemory, position }: CborWriter): string | undefined {
    return inMemory && position <= MAX_CALL ? toBase64(this.hasher.scratch.subarray(0, position)) : undefined;
  }

  /** What the last key is the SHA-256 of, in base64, where that was not too long. */
  takeCall(): string | undefined {
    const call = this.#call;
    this.#call = undefined;
    return call;
  }

  #argument(writer: CborWriter, value: unknown, index: number): void {
    if (!isSmall(value)) return this.#measured(writer, value, `args[${index}]`);
    this.encoder.write(writer, value, `args[${index}]`);
  }

  /** A value is encoded in place; if it turns out large, only its digest stays. */
  #measured(writer: CborWriter, value: unknown, root: string): void {
    if (!writer.inMemory)
      return writeForm(
        writer,
        this.#keepingScratch(this.hasher.scratch.length, () => this.encode(value, root).form),
      );
    const start = writer.position;
    const probe = new CborWriter(this.hasher.scratch, start);
    this.encoder.write(probe, value, root);
    if (probe.inMemory && probe.position - start <= INLINE_LIMIT) return writer.rewind(probe.position);
    writeForm(
      writer,
      this.#keepingScratch(start, () => this.encoded(this.#ownPieces(probe)).form),
    );
  }

  /** The beginning of a key stands in the engine's memory, which hashing anything else overwrites. */
  #keepingScratch<T>(length: number, compute: () => T): T {
    const before = this.hasher.scratch.slice(0, length);
    const result = compute();
    this.hasher.scratch.set(before);
    return result;
  }

  /** The pieces, those of them as copies that stand in the engine's memory. */
  #ownPieces(writer: CborWriter): readonly Uint8Array[] {
    const { buffer } = this.hasher.scratch;
    return writer.pieces().map((piece) => (piece.buffer === buffer ? piece.slice() : piece));
  }

  /**
   * Encodes a value.
   * @throws SerializationError where it has no encoding, with the path from `root`
   */
  encode(value: unknown, root = 'value'): EncodedValue {
    return this.encoded(this.pieces(value, root));
  }

  /** The digest of an encoding, however short. */
  contentOf(pieces: readonly Uint8Array[]): ContentId {
    return contentId(this.hasher, pieces);
  }

  /** An encoding with its form. */
  encoded(pieces: readonly Uint8Array[]): EncodedValue {
    return this.#short(pieces) ?? { form: contentId(this.hasher, pieces), pieces };
  }

  /** As `encoded`; other threads help with a large one. */
  async encodedWith(helpers: readonly ChunkHasher[], pieces: readonly Uint8Array[]): Promise<EncodedValue> {
    return this.#short(pieces) ?? { form: await parallelContentId(this.hasher, helpers, pieces), pieces };
  }

  /** The encoding of a value, in pieces. Views into the value's own memory where that is large. */
  pieces(value: unknown, root = 'value'): readonly Uint8Array[] {
    const writer = new CborWriter(new Uint8Array(512));
    this.encoder.write(writer, value, root);
    return writer.pieces();
  }

  /** As `pieces`, with the tasks that are part of the value, if there are any. */
  piecesAndTasks(
    value: unknown,
    root: string,
  ): { readonly pieces: readonly Uint8Array[]; readonly tasks: ReadonlySet<Task> | undefined } {
    const met = new Set<Task>();
    this.#met = met;
    try {
      return { pieces: this.pieces(value, root), tasks: met.size > 0 ? met : undefined };
    } finally {
      this.#met = undefined;
    }
  }

  /** The encoding that keeps shared objects shared, where there are some. */
  sharedPieces(value: unknown): readonly Uint8Array[] | undefined {
    const writer = new CborWriter(new Uint8Array(512));
    return this.encoder.writeShared(writer, value) ? writer.pieces() : undefined;
  }

  #short(pieces: readonly Uint8Array[]): EncodedValue | undefined {
    if (byteLength(pieces) > INLINE_LIMIT) return undefined;
    const bytes = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : concatenate(pieces);
    return { form: bytes, pieces: [bytes] };
  }

  /**
   * The key of a call ahead of running: keys of its dependencies stand in place of their values. For a call without
   * promised arguments, the key under which its result is stored.
   */
  workflowKey(root: WorkflowNode): string {
    const keys = new Map<WorkflowNode, string>();
    const stack = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const missing = node.args.filter((value): value is WorkflowNode => isNode(value) && !keys.has(value));
      if (missing.length > 0 && !keys.has(node)) {
        stack.push(...new Set(missing));
        continue;
      }
      stack.pop();
      if (node.task === FILE)
        throw new TypeError('Cannot key a call that needs a file: its content is not known before the workflow runs');
      if (!keys.has(node))
        keys.set(
          node,
          this.key(
            node.task,
            node.args,
            node.args.map((value) => (isNode(value) ? keyForm(keys.get(value) ?? '') : undefined)),
          ),
        );
    }
    return keys.get(root) ?? '';
  }

  #prefix(task: Task): Uint8Array {
    const known = this.#prefixes.get(task);
    if (known !== undefined) return known;
    const writer = new CborWriter(new Uint8Array(512));
    writer.head(MAJOR.array, 4);
    writer.text(KEY_FORMAT);
    writer.text(this.taskId(task));
    writer.text(this.version(task));
    const prefix = concatenate(writer.pieces());
    this.#prefixes.set(task, prefix);
    return prefix;
  }
}

/** Whether the encoding is shorter than {@link INLINE_LIMIT} for sure: a character takes three bytes at most. */
function isSmall(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= INLINE_LIMIT / 4;
  return value === null || (typeof value !== 'object' && typeof value !== 'bigint' && typeof value !== 'function');
}

function writeForm(writer: CborWriter, form: ValueForm): void {
  if (form instanceof Uint8Array) return writer.raw(form);
  openObject(writer, 'content', MAJOR.array, 2);
  writer.head(MAJOR.unsigned, form.length);
  writer.bytes(fromHex(form.digest));
}

/** A promised argument in a key ahead of running: stands for the result of the call of that key. */
export function keyForm(key: string): Uint8Array {
  const form = new Uint8Array(KEY_HEAD.length + 32);
  form.set(KEY_HEAD);
  form.set(fromHex(key), KEY_HEAD.length);
  return form;
}

/** `27(['key', h'...'])` up to the 32 bytes. */
const KEY_HEAD: readonly number[] = [0xd8, 0x1b, 0x82, 0x63, 0x6b, 0x65, 0x79, 0x58, 0x20];
