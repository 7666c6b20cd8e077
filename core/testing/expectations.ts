/** Expectations of the suites, without a test runner. */
import { encode } from '../index.ts';

/** @throws Error where `condition` does not hold */
export function expectThat(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(`Expected something else: ${otherwise}`);
}

/** Compares by canonical encoding, in which different values differ. @throws Error where they do */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (textOf(actual) !== textOf(expected))
    throw new Error(`Expected ${what} to be ${shown(expected)}, but found ${shown(actual)}`);
}

function textOf(value: unknown): string {
  return encode(value).join();
}

function shown(value: unknown): string {
  return typeof value === 'bigint'
    ? `${value}n`
    : (JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? String(value));
}

/** What a promise rejects with. @throws Error where it does not */
export async function rejectionOf(promise: PromiseLike<unknown>): Promise<unknown> {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`Expected a rejection, but found ${shown(value)}`);
}
