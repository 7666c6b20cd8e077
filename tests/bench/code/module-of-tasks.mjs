/**
 * A module of 40 lines a block, each with a task that reaches what stands in its own block and in the one before.
 * @param {number} blocks
 */
export function moduleOfTasks(blocks) {
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
