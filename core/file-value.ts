import { realm } from './realm.ts';
import type { Serializer } from './serializer.ts';

/** A file that tasks read: a path, and the content that is meant. It travels without the content. Immutable. */
export class FileValue {
  /** As it was given to `file`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** The content's digest, 64 hex characters; see 'Digests of content' in `core/README.md`. */
  readonly digest: string;

  /** Made by `file`. */
  constructor(path: string, size: number, digest: string) {
    this.path = path;
    this.size = size;
    this.digest = digest;
    Object.freeze(this);
    realm().usesFiles = true;
  }

  /** As it is shown (see `StandIn`), with the beginning of the digest: two contents of one path do not look alike. */
  get $shownAs(): string {
    return `file('${this.path}', ${this.digest.slice(0, 12)})`;
  }

  /** The last part of the path. */
  get name(): string {
    return this.path.replace(/^.*[/\\]/, '');
  }

  /**
   * The content.
   * @throws (rejects) SomenError with the code `ERR_FILE` where it cannot be read, or is another one by now
   */
  async bytes(): Promise<Uint8Array> {
    return this.#port.read(this);
  }

  /** The content as UTF-8 text. Rejects as {@link bytes} does. */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  /**
   * The content in pieces, in constant memory.
   * @throws SomenError with the code `ERR_FILE`, at its end where it was another content
   */
  stream(): AsyncIterable<Uint8Array> {
    return this.#port.stream(this);
  }

  get #port(): FileReader {
    const { files } = realm();
    if (files === undefined) throw new TypeError(`Cannot read '${this.path}': nobody has said how files are read here`);
    return files;
  }
}

/** The part of the port that a value needs. */
interface FileReader {
  read(file: FileValue): Promise<Uint8Array>;
  stream(file: FileValue): AsyncIterable<Uint8Array>;
}

/** What stands for a file in keys, workers and caches: path, length in bytes, digest. */
export const FILE_VALUE: Serializer<FileValue, readonly [string, number, string]> = {
  tag: 'FileValue',
  class: FileValue,
  serialize: ({ path, size, digest }, pack) => pack([path, size, digest]),
  deserialize: ([path, size, digest]) => {
    if (typeof path !== 'string' || !(size >= 0) || !/^[0-9a-f]{64}$/.test(digest))
      throw new TypeError('a FileValue without a path, a size and a digest');
    return new FileValue(path, size, digest);
  },
};
