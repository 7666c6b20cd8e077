/** The task as piscina and tinypool find it. */

/** @param {number} value */
export function noop(value) {
  return value;
}
