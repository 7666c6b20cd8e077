/** What the file system's errors mean to a cache. */
import { SomenError } from '../core/errors.ts';

/** Whether an error is the system's, with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Whether a file or a folder of a path does not exist. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

/** What a cache rejects with: what could not be done, why, and what the user can do. */
export function cacheFailure(what: string, cause: unknown, remedy: string = ''): SomenError {
  return new SomenError('ERR_CACHE', `${what}: ${cause instanceof Error ? cause.message : String(cause)}${remedy}`, {
    cause,
  });
}
