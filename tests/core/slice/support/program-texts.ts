import type { Chunk, Program } from './programs.js';

const somen = "import { schedule } from 'somen';\n";

function free(code: string): Chunk {
  return { code, isFree: true };
}

function inOrder(code: string): Chunk {
  return { code, isFree: false };
}

/** Programs for properties. Each chunk exports what it declares, so that any may move to another module. */
export const programs: readonly Program[] = [
  {
    name: 'helpers that call each other',
    imports: somen,
    chunks: [
      free('export const $scale = 2.5;'),
      free('export function $even($n: number): boolean { return $n === 0 || $odd($n - 1); }'),
      free('export const $odd = ($n: number): boolean => $n !== 0 && $even($n - 1);'),
      free(`export function $sum({ list: $list = [1, 2], from: [$first = 3] = [] }: any = {}, ...$rest: number[]) {
        let $total = $first * $scale;
        for (const $x of $list) { if ($odd($x)) { continue; } $total += $x; }
        return $rest.reduce(($a, $b) => $a + $b, $total);
      }`),
      inOrder(
        "export const $task = schedule(($a: number) => $sum({ list: [$a] }, $a, 4), { name: 'properties/task' });",
      ),
    ],
    edits: [
      ['2.5', '3'],
      ['$n - 1', '$n - 2'],
      ['[1, 2]', '[1, 3]'],
      ['$first = 3', '$first = 4'],
      ['$odd($x)', '$even($x)'],
      ['continue', 'break'],
      ['+= $x', '-= $x'],
      ['{ list:', '{ lists:'],
      ['$a, 4', '$a, 5'],
      ['$a + $b', '$b + $a'],
    ],
  },
  {
    name: 'classes',
    imports: somen,
    chunks: [
      free('export class $Base { count = 1; get twice() { return this.count * 2; } }'),
      free(`export class $Stack<T> extends $Base {
        static #made = 0;
        #items: T[] = [];
        static make<T>() { $Stack.#made++; return new $Stack<T>(); }
        push($item: T): this { this.#items.push($item); return this; }
        *[Symbol.iterator]() { yield* this.#items; }
        async ['size']() { return this.#items?.length ?? 0; }
      }`),
      inOrder(`schedule(async function $run($n: number) {
        const $stack = $Stack.make<number>();
        $label: for (let $i = 0; $i < $n; $i++) { for (;;) { if ($i % 2) continue $label; $stack.push($i); break; } }
        return [...$stack, await $stack.size(), $stack.twice];
      }, { name: 'properties/task' });`),
    ],
    edits: [
      ['count = 1', 'count = 2'],
      ['get twice', 'static twice'],
      ['* 2', '+ 2'],
      ['extends $Base', ''],
      ['$Stack.#made++', '$Stack.#made--'],
      ['yield*', 'yield'],
      ['?? 0', '|| 0'],
      ['?.length', '.length'],
      ['continue $label', 'continue'],
      ['% 2', '% 3'],
      ['$stack.twice', '$stack.count'],
      ['let $i = 0', 'let $i = 1'],
    ],
  },
  {
    name: 'effects',
    imports: somen,
    chunks: [
      free("export const $names = ['a', 'b'];"),
      inOrder('export const $table: Record<string, number> = {};'),
      inOrder('$table.z = 1;'),
      inOrder('for (const $name of $names) $table[$name] = $name.length;'),
      inOrder('export const $count = Object.keys($table).length;'),
      inOrder("Object.assign($table, { 'y': $count });"),
      free('export function $get($key: string) { return $table[$key] ?? $get.fallback; }'),
      inOrder('$get.fallback = 7;'),
      inOrder("schedule(($key: string) => $get($key), { name: 'properties/task' });"),
    ],
    edits: [
      ["['a', 'b']", "['a', 'c']"],
      ['$table.z = 1', '$table.z = 2'],
      ['$table.z = 1', '$table.w = 1'],
      ["'y'", "'x'"],
      ['fallback = 7', 'fallback = 8'],
      ['{ return $table', '{ delete $table.z; return $table'],
      ['Object.keys', 'Object.values'],
    ],
  },
  {
    name: 'packages',
    imports: `${somen}import { sum, max as $greatest } from 'd3-array';\nimport { join } from 'node:path';\n`,
    chunks: [
      free('export const $total = ($list: number[]) => sum($list) / ($greatest($list) ?? 1);'),
      free("export const $path = (...$parts: string[]) => join('/', ...$parts);"),
      inOrder("schedule(($n: number) => `${$path('a', `b${$n}`)}: ${$total([$n, 1])}`, { name: 'properties/task' });"),
    ],
    edits: [
      ['sum($list)', '$greatest($list)'],
      ["'/'", "'.'"],
      ['?? 1', '?? 2'],
      ["'a', ", ''],
      ['}: ${', '}; ${'],
      ['[$n, 1]', '[1, $n]'],
    ],
  },
  {
    name: 'tasks that call tasks',
    imports: "import { schedule, tasks } from 'somen';\n",
    chunks: [
      free('export const $scale = 3;'),
      free("export const $inner = schedule(($n: number) => $n * $scale, { name: 'properties/inner' });"),
      free("export const $all = tasks('properties', { add: ($a) => $a + 1, mul($a) { return $a * 2; } });"),
      free('export const $help = ($n: number) => $inner($all.add($n));'),
      inOrder("export const $task = schedule(($n: number) => [$help($n), $all.mul($n)], { name: 'properties/task' });"),
    ],
    edits: [
      ["'properties/inner'", "'properties/other'"],
      ["tasks('properties'", "tasks('others'"],
      ['$all.mul', '$all.add'],
      ['$inner($all.add($n))', '$all.add($inner($n))'],
    ],
    others: [
      ['$scale = 3', '$scale = 4'],
      ['$n * $scale', '$n + $scale'],
      ['$a + 1', '$a + 2'],
      ['{ return $a * 2; }', '{ return $a * 3; }'],
    ],
  },
];
