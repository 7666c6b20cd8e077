/** How Node reads files: by streams, hashed four MiB at a time, and not again while size, times and inode are the same. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { SomenError } from '../core/errors.ts';
import { FileValue } from '../core/file-value.ts';
import type { FileMemo, FilePort } from '../core/files.ts';
import { CHUNK_SIZE, contentId, type Hasher } from '../core/hasher.ts';
import { Lanes } from '../core/lanes.ts';
import { createNodeHasher } from './hasher.ts';

/** How many files are hashed at once. */
const MAX_OPEN = 8;

/**
 * How long ago a file must have changed, in milliseconds, for its times to tell whether it changes again: some file systems
 * count in steps of two seconds. (Git's 'racily clean' entries.)
 */
const SETTLED = 2000;

/** How often a file that changes while it is hashed is begun anew. */
const MAX_TRIES = 3;

/** The file port of this runtime. */
export function nodeFiles(): FilePort {
  return new NodeFiles();
}

class NodeFiles implements FilePort {
  readonly #lanes = new Lanes(MAX_OPEN);
  /** Digests by path, size, times and inode. */
  readonly #known = new Map<string, string>();
  /** Made on first use, and once: a wasm engine takes half a millisecond. */
  #hasher: Hasher | undefined;

  async identify(path: string, memo?: FileMemo): Promise<FileValue> {
    const given = asPath(path);
    const { size, digest } = await failing(`Cannot use the file '${path}'`, () =>
      this.#lanes.run(() => this.#identify(resolve(given), memo)),
    );
    return new FileValue(given, size, digest);
  }

  async #identify(path: string, memo: FileMemo | undefined): Promise<{ size: number; digest: string }> {
    for (let tries = 1; ; tries++) {
      const before = await stateOf(path);
      const known = this.#known.get(before.question.join()) ?? (await memo?.get(before.question));
      if (known !== undefined) return { size: before.size, digest: known };
      const digest = await digestOf(path);
      const after = await stateOf(path);
      if (after.question.join() === before.question.join()) {
        if (Date.now() - after.changed > SETTLED) await this.#remember(after.question, digest, memo);
        return { size: after.size, digest };
      }
      if (tries === MAX_TRIES) throw new Error('it changes while it is read. Wait until it is written');
    }
  }

  async #remember(question: readonly unknown[], digest: string, memo: FileMemo | undefined): Promise<void> {
    this.#known.set(question.join(), digest);
    await memo?.set(question, digest);
  }

  async read(file: FileValue): Promise<Uint8Array> {
    return failing(`Cannot read the file '${file.path}'`, async () => {
      const bytes = await readFile(file.path);
      check(file, contentId((this.#hasher ??= createNodeHasher()), [bytes]));
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    });
  }

  async *stream(file: FileValue): AsyncGenerator<Uint8Array> {
    const digest = new ContentDigest();
    const source = createReadStream(file.path, { highWaterMark: 1_048_576 });
    try {
      for await (const bytes of source as AsyncIterable<Buffer>) {
        digest.update(bytes);
        yield bytes;
      }
      check(file, { length: digest.length, digest: digest.end() });
    } catch (error) {
      throw asFailure(`Cannot read the file '${file.path}'`, error);
    }
  }

  async makeTemporary(prefix: string): Promise<string> {
    const folder = await failing(`Cannot make a temporary folder`, () => mkdtemp(join(tmpdir(), prefix)));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }
}

function asPath(path: string): string {
  return path.startsWith('file:') ? fileURLToPath(path) : path;
}

/** What tells whether a file is as it was. */
interface FileState {
  readonly size: number;
  /** When it was changed last, in milliseconds since 1970. */
  readonly changed: number;
  readonly question: readonly unknown[];
}

async function stateOf(path: string): Promise<FileState> {
  const file = await stat(path, { bigint: true });
  if (!file.isFile()) throw new Error('it is no file');
  // The time at which its data or its names changed: `mtime` can be set by anybody, `ctime` cannot.
  const question = ['file', path, file.size, file.mtimeNs, file.ctimeNs, file.ino];
  return { size: Number(file.size), changed: Number(file.mtimeNs / 1_000_000n), question };
}

async function digestOf(path: string): Promise<string> {
  const digest = new ContentDigest();
  for await (const bytes of createReadStream(path, { highWaterMark: 1_048_576 }) as AsyncIterable<Buffer>)
    digest.update(bytes);
  return digest.end();
}

/** The digest of a content that comes in pieces; see 'Digests of content' in `core/README.md`. */
class ContentDigest {
  length = 0;
  #chunk: Hash = createHash('sha256');
  #room: number = CHUNK_SIZE;
  readonly #chunks: Buffer[] = [];

  update(bytes: Buffer): void {
    this.length += bytes.length;
    let rest = bytes;
    while (rest.length > this.#room) {
      this.#chunk.update(rest.subarray(0, this.#room));
      rest = rest.subarray(this.#room);
      this.#chunks.push(this.#chunk.digest());
      this.#chunk = createHash('sha256');
      this.#room = CHUNK_SIZE;
    }
    this.#chunk.update(rest);
    this.#room -= rest.length;
  }

  end(): string {
    const last = this.#chunk.digest();
    if (this.#chunks.length === 0) return last.toString('hex');
    return createHash('sha256')
      .update(Buffer.concat([...this.#chunks, last]))
      .digest('hex');
  }
}

function check(file: FileValue, { length, digest }: { readonly length: number; readonly digest: string }): void {
  if (length === file.size && digest === file.digest) return;
  throw new Error(
    'it has another content than when it was looked at. Let nobody change it during the run, or run again',
  );
}

async function failing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asFailure(what, error);
  }
}

function asFailure(what: string, error: unknown): SomenError {
  return new SomenError('ERR_FILE', `${what}: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}
