import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { SomenError } from '../core/errors.ts';
import type { Lock } from '../core/libraries/hdf5.ts';
import { isAlive } from './process-alive.ts';

/** How a lock waits. */
export interface FileLockOptions {
  /** How long to wait for others, in milliseconds. @default 60000 */
  readonly timeout?: number;
}

/** How long to sleep between two tries, in milliseconds. */
const STEP = 5;

/**
 * A lock that threads and processes of this machine share: a file that exists while somebody holds it, with the
 * holder's process id in it. What a process left that died is taken over. Waiting blocks the thread, so it is for
 * workers and for short work.
 *
 * @throws (from `run`) SomenError with the code `ERR_TIMEOUT` where others hold it for too long
 */
export function fileLock(path: string, { timeout = 60_000 }: FileLockOptions = {}): Lock {
  return {
    run(task) {
      acquire(path, timeout);
      try {
        return task();
      } finally {
        rmSync(path, { force: true });
      }
    },
  };
}

function acquire(path: string, timeout: number): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (const start = performance.now(); !tryToAcquire(path);) {
    if (performance.now() - start > timeout)
      throw new SomenError('ERR_TIMEOUT', `Cannot lock ${path}: process ${holderOf(path)} holds it for ${timeout} ms`);
    if (!isAlive(holderOf(path))) rmSync(path, { force: true });
    else Atomics.wait(sleeper, 0, 0, STEP);
  }
}

function tryToAcquire(path: string): boolean {
  let file;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  }
  writeSync(file, String(process.pid));
  closeSync(file);
  return true;
}

/** Who holds the lock; this process where that cannot be told yet. */
function holderOf(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8')) || process.pid;
  } catch {
    return process.pid;
  }
}
