/** A project with tasks, as files for `codeApp`: here, elsewhere with the same code, and elsewhere with other code. */
/** Tasks, one of which makes a workflow of others. */
const TASKS: string = `
import { createRegistry, gatherAll, schedule } from 'somen/node';
import { factor } from './factor.mjs';
export const scale = schedule(function scale(x) { return factor * x; });
export const sum = schedule(function sum(xs) { return xs.reduce((a, b) => a + b, 0); });
export const total = schedule(function total(xs) { return sum(gatherAll(xs.map((x) => scale(x)))); });
export const place = schedule(function place() { return process.cwd(); });
export class Point { constructor(x) { this.x = x; } }
export const registry = createRegistry({ classes: { Point } });
export const move = schedule(function move(point, by) { return new Point(point.x + by); });
`;

/** Where the script is. */
export const HOME: Readonly<Record<string, string>> = { 'factor.mjs': 'export const factor = 3;', 'tasks.mjs': TASKS };
/** The same, with another comment. */
export const SAME: Readonly<Record<string, string>> = {
  ...HOME,
  'factor.mjs': 'export const factor = 3; // the same code',
};
/** The tasks give other results. */
export const OTHER: Readonly<Record<string, string>> = { ...HOME, 'factor.mjs': 'export const factor = 4;' };
