/**
 * Claims in a folder that processes and machines share. A claim is a hard link `claims/<key>` to its owner's file: made
 * by one system call, which fails where there is one already, on network file systems too.
 *
 * Two may hold the same claim where an owner was taken for dead and was not. Then a result is computed twice, and nothing
 * worse.
 */
import { linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Claim } from '../core/cache.ts';
import { CLAIMS_FOLDER, ClaimOwner } from './claim-owner.ts';
import { ClaimWatch, type ClaimState } from './claim-watch.ts';
import { hasCode, isMissing } from './file-errors.ts';

/** What says that a file system has no hard links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV'];

/** Grants the claims of one cache. */
export class FileClaims {
  readonly #folder: string;
  readonly #owner: ClaimOwner;
  readonly #watch: ClaimWatch;
  #hasLinks = true;

  /** `expiry`: after how many milliseconds without a sign an owner counts as dead. */
  constructor(directory: string, expiry: number) {
    this.#folder = join(directory, CLAIMS_FOLDER);
    this.#owner = new ClaimOwner(directory, expiry);
    this.#watch = new ClaimWatch(expiry);
  }

  /** Tells files of this cache from those of other caches, threads and machines that share the folder. */
  get token(): string {
    return this.#owner.token;
  }

  /**
   * The claim of a name, or `undefined` where somebody has it. Measured on ext4: 7 us, and 7 us to give it back; 25 us to be refused. It
   * never fails: where the folder takes no links, or no files at all, others compute the same.
   */
  take(name: string): Claim | undefined {
    if (this.#owner.holds(name)) return undefined;
    let inode;
    try {
      if (this.#hasLinks && !this.#isOurs(name)) return undefined;
      inode = this.#hasLinks ? this.#owner.inode : undefined;
    } catch (error) {
      if (hasCode(error, ...NO_LINKS)) this.#hasLinks = false;
    }
    this.#owner.hold(name, inode);
    return new FileClaim(this.#owner, name);
  }

  /** Removes the owner's file, if nothing is claimed. */
  rest(): void {
    this.#owner.rest();
  }

  #isOurs(name: string): boolean {
    const path = join(this.#folder, name);
    if (this.#link(path)) return true;
    const found = this.#watch.look(path);
    // A network file system made the link, lost the answer, asked again, and was told that there is one.
    if (found !== undefined && found.inode === this.#owner.inode) return true;
    if (found !== undefined && !(found.stale && this.#break(path, found))) return false;
    return this.#link(path);
  }

  #link(path: string, again = true): boolean {
    try {
      linkSync(this.#owner.file(), path);
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      if (!again || !isMissing(error)) throw error;
      // Somebody removed the folder after this owner had made it.
      this.#owner.lose();
      return this.#link(path, false);
    }
    this.#watch.forget(path);
    return true;
  }

  /**
   * Removes the claim of a dead owner. Others may find the same at the same time, and one of them may have the claim by
   * now: so one does it at a time, and looks once more before. That one may be killed, too: then its lock goes first.
   */
  #break(path: string, found: ClaimState): boolean {
    const lock = `${path}.lock`;
    if (!this.#link(lock)) {
      if (this.#watch.look(lock)?.stale === true) rmSync(lock, { force: true });
      if (!this.#link(lock)) return false;
    }
    try {
      const now = this.#watch.look(path);
      // Gone: somebody makes another one right now.
      if (now === undefined) return true;
      if (now.inode !== found.inode || now.beat !== found.beat) return false;
      rmSync(path, { force: true });
      return true;
    } finally {
      rmSync(lock, { force: true });
    }
  }
}

class FileClaim implements Claim {
  readonly #name: string;
  #owner: ClaimOwner | undefined;

  constructor(owner: ClaimOwner, name: string) {
    this.#owner = owner;
    this.#name = name;
  }

  release(): void {
    this.#owner?.release(this.#name);
    this.#owner = undefined;
  }
}
