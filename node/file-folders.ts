import { makeFolder } from './make-folder.ts';

/** Folders of a cache that exist, or will. */
export class FileFolders {
  readonly #made = new Map<string, Promise<void>>();

  /** Makes a folder and those above it, once. */
  ensure(path: string): Promise<void> {
    let made = this.#made.get(path);
    if (made === undefined) {
      made = makeFolder(path);
      this.#made.set(path, made);
      // A failure is not remembered: whoever mends the permissions need not start the program again.
      made.catch(() => this.#made.delete(path));
    }
    return made;
  }

  /** Somebody removed the folder. */
  forget(path: string): void {
    this.#made.delete(path);
  }
}
