/**
 * Whether the owners of others' claims live. Clocks are never compared, since those of two machines differ and jump:
 * the claim's time must have changed while this process was looking.
 */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

import { pidSpace, type OwnerData } from './claim-owner.ts';
import { isMissing } from './file-errors.ts';
import { isAlive } from './process-alive.ts';

/** A claim as it was found. */
export interface ClaimState {
  readonly inode: bigint;
  /** Its time. */
  readonly beat: bigint;
}

/** What is known of a claim. */
interface Observation extends ClaimState {
  /** Who holds it, where the file tells. */
  readonly owner: OwnerData | undefined;
  /** When it was last looked at, and for how long its time had not changed then, on this process's monotonic clock. */
  readonly seen: number;
  readonly still: number;
}

/** Looks at claims of others, again and again. */
export class ClaimWatch {
  readonly #expiry: number;
  /** By path, the one that was not looked at for longest first. */
  readonly #observations = new Map<string, Observation>();

  /** `expiry`: how long an owner may give no sign, in milliseconds. */
  constructor(expiry: number) {
    this.#expiry = expiry;
  }

  /**
   * Looks at a claim: `undefined` where there is none, and whether its owner counts as dead.
   *
   * @throws where it cannot be read
   */
  look(path: string): (ClaimState & { readonly stale: boolean }) | undefined {
    const earlier = this.#observations.get(path);
    this.#observations.delete(path);
    const found = observe(path, earlier, this.#expiry);
    this.#forgetOld();
    if (found === undefined) return undefined;
    this.#observations.set(path, found);
    return { inode: found.inode, beat: found.beat, stale: found.still >= this.#expiry || isDead(found.owner) };
  }

  /** The claim is no longer that of somebody else. */
  forget(path: string): void {
    this.#observations.delete(path);
  }

  #forgetOld(): void {
    const old = performance.now() - 10 * this.#expiry;
    for (const [path, { seen }] of this.#observations) {
      if (seen > old) return;
      this.#observations.delete(path);
    }
  }
}

function observe(path: string, earlier: Observation | undefined, expiry: number): Observation | undefined {
  let file;
  try {
    // Opened, not only asked for: a network file system answers that out of its memory.
    file = openSync(path, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    const { ino: inode, mtimeNs: beat } = fstatSync(file, { bigint: true });
    const seen = performance.now();
    if (earlier?.inode !== inode) return { inode, beat, owner: ownerIn(file), seen, still: 0 };
    // Not more: if nobody looked for a while, then this process stood still, and the owner perhaps with it.
    const more = Math.min(seen - earlier.seen, expiry / 2);
    return { inode, beat, owner: earlier.owner, seen, still: earlier.beat === beat ? earlier.still + more : 0 };
  } finally {
    closeSync(file);
  }
}

function ownerIn(file: number): OwnerData | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as OwnerData;
  } catch {
    return undefined;
  }
}

/** Whether it was a process of this machine that has ended. */
function isDead(owner: OwnerData | undefined): boolean {
  return owner?.space === pidSpace() && Number.isInteger(owner.pid) && owner.pid > 0 && !isAlive(owner.pid);
}
