import { closureHash } from '../../../dist/core/slice/closure-hash.js';
import { Program } from '../../../dist/core/slice/program.js';
import { Slicer } from '../../../dist/core/slice/slicer.js';
import { createNodeHasher } from '../../../dist/node/hasher.js';
import { moduleSource } from '../../../dist/node/module-source.js';
import { compare, repeated } from '../support/measure.mjs';

const BLOCKS = 25;
const PATH = '/module.ts';

/** @param {{ milliseconds: number, rounds: number }} options */
export async function measureSlices({ milliseconds, rounds }) {
  const { parse } = moduleSource();
  const hasher = createNodeHasher();
  const source = moduleOf(BLOCKS);
  const ports = {
    parse,
    load: (/** @type {string} */ path) => (path === PATH ? source : undefined),
    resolve: (/** @type {string} */ name) => ({ package: '', name, version: '1.0.0' }),
  };
  const naming = { moduleName: String, moduleUrl: String, sliceUrl: () => 'url', sliceSpecifier: String };
  const program = () => new Program({ ports, hasher, ...naming });
  const known = program();
  const actions = {
    parse: () => parse(PATH, source),
    hash: () => {
      const slice = new Slicer(ports).slice(PATH, { name: 'task0' });
      if (slice === undefined) throw new Error('Cannot find the task: the bench is wrong');
      return closureHash(slice, hasher);
    },
    instrument: () => program().instrument(PATH),
    again: () => known.instrument(PATH),
  };
  const tasks = known.tasks(PATH);
  if (tasks.length !== BLOCKS || tasks.some(({ sliced }) => !sliced)) throw new Error('Cannot slice the module');
  const contestants = Object.entries(actions).map(([name, action]) => ({
    name,
    sample: repeated(action, milliseconds),
  }));
  const taken = await compare(contestants, { rounds });
  const inMilliseconds = Object.fromEntries(Object.entries(taken).map(([name, time]) => [name, time / 1000]));
  return { lines: source.split('\n').length, tasks: tasks.length, ...inMilliseconds };
}

/**
 * A module of 40 lines a block, each with a task that reaches what stands in its own block and in the one before.
 * @param {number} blocks
 */
function moduleOf(blocks) {
  const text = Array.from({ length: blocks }, (_, index) => block(index));
  return `import { schedule } from 'somen';\n${text.join('\n')}`;
}

/** @param {number} n */
function block(n) {
  return `
/** A table, and what fills it. */
const table${n} = new Map<string, readonly number[]>();
for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
  table${n}.set(name, [index, index * ${n + 1}]);
}

export interface Options${n} { readonly scale?: number; readonly names: readonly string[] }

class Sum${n} {
  #total = 0;
  readonly #scale: number;

  constructor({ scale = 1 }: Partial<Options${n}> = {}) {
    this.#scale = scale;
  }

  add(...values: readonly number[]): this {
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      this.#total += value * this.#scale;
    }
    return this;
  }

  get total(): number {
    return this.#total;
  }
}

function collect${n}(options: Options${n}): number {
  const sum = new Sum${n}(options);
  for (const name of options.names) sum.add(...(table${n}.get(name) ?? []));
  const before = ${n === 0 ? '0' : `collect${n - 1}({ ...options, names: options.names.slice(1) })`};
  return sum.total + before;
}

export const task${n} = schedule((names: string, scale: number) =>
  collect${n}({ names: names.split(','), scale }),
);`;
}
