/**
 * What benches are made of.
 *
 * @typedef {object} Scale How much to measure.
 * @property {boolean} quick Smaller and fewer, to see that a bench works: its figures say little.
 * @property {number} rounds Samples of each contestant, of which the median counts.
 *
 * @typedef {{ value: number, unit: string }} Figure
 *
 * @typedef {object} Goal
 * @property {string} text What is aimed at: `run <= 5 us`
 * @property {number} value What was measured.
 * @property {boolean} met
 *
 * @typedef {{ cells: (string | Figure | undefined)[], goals?: Goal[] }} Row
 *
 * @typedef {object} Picture
 * @property {string} name The file's, without `.svg`.
 * @property {'bars' | 'lines'} kind Bars for each content, or lines by size.
 * @property {string} title
 * @property {{ contestant: string, value: number, content?: string, size?: number, facet?: string }[]} data Values in milliseconds.
 *
 * @typedef {{ title: string, note?: string, columns: string[], rows: Row[], picture?: Picture }} Table
 *
 * @typedef {object} Bench
 * @property {string} name
 * @property {string} about
 * @property {(scale: Scale, lab: import('./lab.mjs').Lab) => Promise<Table[]>} run
 */

/**
 * @param {number} value
 * @param {string} unit
 * @returns {Figure}
 */
export function figure(value, unit) {
  return { value, unit };
}

/**
 * How many times as fast, or as large.
 * @param {number} value
 */
export function times(value) {
  return figure(value, 'x');
}

/**
 * @param {string} what
 * @param {number} value
 * @param {number} limit
 * @param {string} unit
 * @returns {Goal}
 */
export function atMost(what, value, limit, unit) {
  return { text: `${what} <= ${limit}${spaced(unit)}`, value, met: value <= limit };
}

/**
 * @param {string} what
 * @param {number} value
 * @param {number} limit
 * @param {string} unit
 * @returns {Goal}
 */
export function atLeast(what, value, limit, unit) {
  return { text: `${what} >= ${limit}${spaced(unit)}`, value, met: value >= limit };
}

/**
 * The unit as it follows a number.
 * @param {string} unit
 */
export function spaced(unit) {
  return unit === 'x' ? 'x' : ` ${unit}`;
}
