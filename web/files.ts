/** How browsers read files: those of the origin's private file system, by their paths there. */
import { SomenError } from '../core/errors.ts';
import { FileValue } from '../core/file-value.ts';
import type { FileMemo, FilePort } from '../core/files.ts';
import { contentId, type ContentId, type Hasher } from '../core/hasher.ts';

/** How long ago a file must have changed, in milliseconds, for its time to tell whether it changes again. */
const SETTLED = 2000;

/** The file port of this runtime. `hasher` makes what hashes. */
export function webFiles(hasher: () => Hasher): FilePort {
  return new WebFiles(hasher);
}

class WebFiles implements FilePort {
  readonly #makeHasher: () => Hasher;
  #hasher: Hasher | undefined;

  constructor(hasher: () => Hasher) {
    this.#makeHasher = hasher;
  }

  async identify(path: string, memo?: FileMemo): Promise<FileValue> {
    return failing(`Cannot use the file '${path}'`, async () => {
      const file = await fileAt(path);
      const question = ['opfs', path, file.size, file.lastModified];
      const known = await memo?.get(question);
      if (known !== undefined) return new FileValue(path, file.size, known);
      const { digest } = this.#contentId(await bytesOf(file));
      if (Date.now() - file.lastModified > SETTLED) await memo?.set(question, digest);
      return new FileValue(path, file.size, digest);
    });
  }

  async read(value: FileValue): Promise<Uint8Array> {
    return failing(`Cannot read the file '${value.path}'`, async () => {
      const bytes = await bytesOf(await fileAt(value.path));
      if (this.#contentId(bytes).digest !== value.digest)
        throw new Error('it has another content than when it was looked at. Run again');
      return bytes;
    });
  }

  /** In one piece: what hashes here wants a chunk of four MiB at least, and files of the private file system are seldom large. */
  async *stream(value: FileValue): AsyncGenerator<Uint8Array> {
    yield await this.read(value);
  }

  #contentId(bytes: Uint8Array): ContentId {
    this.#hasher ??= this.#makeHasher();
    return contentId(this.#hasher, [bytes]);
  }
}

async function bytesOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

async function fileAt(path: string): Promise<File> {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  const name = steps.pop();
  if (name === undefined) throw new Error('it is no path of a file');
  if ((navigator as { storage?: unknown }).storage === undefined)
    throw new Error('this browser has no private file system here; it wants a secure context');
  let folder = await navigator.storage.getDirectory();
  for (const step of steps) folder = await folder.getDirectoryHandle(step);
  const handle = await folder.getFileHandle(name);
  return handle.getFile();
}

async function failing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SomenError('ERR_FILE', `${what}: ${why}`, { cause: error });
  }
}
