/**
 * Who holds claims: a file that says so, and whose time tells that its owner lives. Claims are hard links to it, so
 * that one write a second shows on all of them.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { makeFolderSync } from './make-folder.ts';
import { isMissing } from './file-errors.ts';

/** Where the owners' files and the claims are, in the folder of a cache. */
export const OWNERS_FOLDER = 'owners';
export const CLAIMS_FOLDER = 'claims';

/** How often an owner shows that it lives, in milliseconds, at most. */
const BEAT_MS = 1000;

/** What stands in an owner's file. */
export interface OwnerData {
  readonly pid: number;
  /** For people. */
  readonly host: string;
  /** Where that process id means something: this start of this machine, this container. */
  readonly space: string;
  /** When it was made, in milliseconds since 1970. For people. */
  readonly start: number;
}

/** The owner of a cache's claims. Its file is there while it holds some, and a moment longer. */
export class ClaimOwner {
  /** Tells this one from those of other caches, threads and machines that share the folder. */
  readonly token: string = `${process.pid}-${randomBytes(8).toString('hex')}`;
  readonly #directory: string;
  readonly #period: number;
  /** The claims: file name to the inode of the owner's file to which it was linked. */
  readonly #claims = new Map<string, bigint>();
  #inode: bigint | undefined;
  #timer: NodeJS.Timeout | undefined;
  #beat = 0;
  #beating = false;

  /** `expiry`: after how many milliseconds without a sign others take this owner for dead. */
  constructor(directory: string, expiry: number) {
    this.#directory = directory;
    this.#period = Math.min(BEAT_MS, expiry / 10);
  }

  /** The path of the owner's file, which is made if need be. */
  file(): string {
    const path = join(this.#directory, OWNERS_FOLDER, this.token);
    if (this.#inode !== undefined) return path;
    makeFolderSync(join(this.#directory, CLAIMS_FOLDER));
    makeFolderSync(join(this.#directory, OWNERS_FOLDER));
    this.#timer ??= setInterval(() => this.#tick(), this.#period).unref();
    onExit.add(this);
    const data: OwnerData = { pid: process.pid, host: hostname(), space: pidSpace(), start: Date.now() };
    writeFileSync(path, `${JSON.stringify(data)}\n`);
    this.#inode = inodeOf(path);
    return path;
  }

  /** The inode of its file and of all its claims. */
  get inode(): bigint | undefined {
    return this.#inode;
  }

  holds(name: string): boolean {
    return this.#claims.has(name);
  }

  /** A claim is granted, and linked to the owner's file if that has this inode. */
  hold(name: string, inode: bigint = 0n): void {
    this.#claims.set(name, inode);
  }

  /** Gives a claim back, unless somebody else has it by now, who took this process for dead. */
  release(name: string): void {
    const inode = this.#claims.get(name);
    this.#claims.delete(name);
    if (inode === undefined || inode === 0n) return;
    const path = join(this.#directory, CLAIMS_FOLDER, name);
    try {
      if (inodeOf(path) === inode) unlinkSync(path);
    } catch {
      // Gone, or not to be removed: then it expires.
    }
  }

  /** The owner's file was removed from outside: the next claim needs another one. */
  lose(): void {
    this.#inode = undefined;
  }

  /** Ends what shows that the owner lives, if it holds no claim. */
  rest(): void {
    if (this.#claims.size === 0) this.#remove();
  }

  /** The process ends. */
  end(): void {
    for (const name of this.#claims.keys()) this.release(name);
    this.#remove();
  }

  #remove(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (!onExit.delete(this)) return;
    this.#inode = undefined;
    try {
      rmSync(join(this.#directory, OWNERS_FOLDER, this.token), { force: true });
    } catch {
      // It stays, until it is swept.
    }
  }

  #tick(): void {
    if (this.#claims.size === 0) this.#remove();
    else if (!this.#beating && this.#inode !== undefined) void this.#show();
  }

  async #show(): Promise<void> {
    this.#beating = true;
    // Always another time, also where the clock stands still or goes back.
    const now = Date.now();
    this.#beat = now === this.#beat ? now + 1 : now;
    try {
      await utimes(join(this.#directory, OWNERS_FOLDER, this.token), this.#beat / 1000, this.#beat / 1000);
    } catch (error) {
      if (isMissing(error)) this.lose();
    } finally {
      this.#beating = false;
    }
  }
}

/** The owners of this thread that have a file, and the one listener that removes them when the thread ends. */
class ExitList {
  readonly #owners = new Set<ClaimOwner>();

  add(owner: ClaimOwner): void {
    if (this.#owners.size === 0) process.on('exit', this.#end);
    this.#owners.add(owner);
  }

  delete(owner: ClaimOwner): boolean {
    const deleted = this.#owners.delete(owner);
    if (this.#owners.size === 0) process.off('exit', this.#end);
    return deleted;
  }

  readonly #end = (): void => {
    for (const owner of this.#owners) owner.end();
  };
}

const onExit = new ExitList();

/** The inode of a file: what hard links to it have in common. */
function inodeOf(path: string): bigint {
  return statSync(path, { bigint: true }).ino;
}

let space: string | undefined;

/**
 * What tells process ids of this machine from those of others and of containers, which may have the same host name:
 * on Linux the id of its start and of the name space. Else the host name has to do.
 */
export function pidSpace(): string {
  space ??= linuxSpace() ?? hostname();
  return space;
}

function linuxSpace(): string | undefined {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}
