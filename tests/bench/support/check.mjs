/**
 * No bench without a look at the result.
 * @param {unknown} actual
 * @param {unknown} expected
 * @param {string} what
 */
export function check(actual, expected, what) {
  if (actual !== expected) throw new Error(`Wrong result of ${what}: ${String(actual)}, expected ${String(expected)}`);
}
