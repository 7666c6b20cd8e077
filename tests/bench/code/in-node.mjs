/** Slices of real modules. */
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { parseSync } from 'oxc-parser';

import { Program } from '../../../dist/core/slice/program.js';
import { createNodeHasher } from '../../../dist/node/hasher.js';
import { check } from '../support/check.mjs';
import { compare, repeated } from '../support/measure.mjs';
import { moduleOfTasks } from './module-of-tasks.mjs';

/** One for all, as a process has: to make it takes longer than to hash a module. */
const hasher = createNodeHasher();

/** Modules of one task, which reaches all of it, and one of many. */
const MODULES = {
  'core/engine.ts': withTask('../../../core/engine.ts', '(limits: Limits) => new Engine(limits)'),
  'ml-matrix/src/matrix.js': withTask('../../../node_modules/ml-matrix/src/matrix.js', '(rows) => new Matrix(rows)'),
  'of 25 tasks.ts': moduleOfTasks(25),
};

/**
 * @param {string} file
 * @param {string} task
 */
function withTask(file, task) {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return `import { schedule } from 'somen';\n${text}\nexport const task = schedule(${task});\n`;
}

/**
 * Milliseconds a module.
 * @param {{ milliseconds: number, rounds: number }} options
 */
export async function measureCodeInNode({ milliseconds, rounds }) {
  const results = {};
  for (const [name, source] of Object.entries(MODULES)) {
    const path = `/${name}`;
    const known = programOf(source);
    check(hashOf(programOf(source), path), hashOf(known, path), 'a hash');
    const ways = {
      first: () => hashOf(programOf(source), path),
      again: () => hashOf(known, path),
      oxc: () => parseSync(path, source, { sourceType: 'module' }).program,
      esbuild: () => transformSync(source, { loader: path.endsWith('.ts') ? 'ts' : 'js' }).code,
    };
    const taken = await compare(
      Object.entries(ways).map(([way, action]) => ({ name: way, sample: repeated(action, milliseconds) })),
      { rounds },
    );
    const inMilliseconds = Object.entries(taken).map(([way, value]) => [way, value / 1000]);
    results[name] = { lines: source.split('\n').length, ...Object.fromEntries(inMilliseconds) };
  }
  return results;
}

/**
 * A program of one module: what it imports counts as packages.
 * @param {string} source
 */
function programOf(source) {
  return new Program({
    ports: {
      parse: (path, text) => parseSync(path, text, { sourceType: 'module' }).program,
      load: () => source,
      resolve: (specifier) => ({ package: '', name: specifier, version: '1.0.0' }),
    },
    hasher,
    moduleName: (path) => path,
    moduleUrl: (path) => path,
    sliceSpecifier: (path) => path,
  });
}

/**
 * @param {Program} program
 * @param {string} path
 */
function hashOf(program, path) {
  const tasks = program.tasks(path);
  const refused = tasks.find(({ version }) => version === undefined);
  if (refused !== undefined || tasks.length === 0)
    throw new Error(`Cannot hash ${path}: ${refused?.refusals[0]?.message}`);
  return tasks.map(({ version }) => version).join();
}
