/**
 * Each construct of the language once: how to draw it, and what it gives. A plain module, because workers of every
 * runtime import it as it is; its types stand in `constructs.d.mts`.
 */
import {
  all,
  any,
  conditional,
  delay,
  expr,
  filter,
  findFirst,
  fold,
  gather,
  gatherAll,
  gatherDict,
  lift,
  map,
  maybe,
  ops,
  pipe,
  quote,
  ref,
  schedule,
  unpack,
  unquote,
  unwrap,
  updateHints,
  zipWith,
} from 'somen';
import { Translator } from '../../dist/demo/guide/translate.js';
import { dot, primeSumKernel, scale } from '../../dist/demo/kernels.js';

const task = (name, fn, hints = {}) => schedule(fn, { name: `matrix/${name}`, ...hints });

export const square = task('square', (n) => n * n);
const add = task('add', (a, b) => a + b);
const isEven = task('is-even', (n) => n % 2 === 0);
const range = task('range', (from, to) => Array.from({ length: to - from }, (_, index) => from + index));
const sum = task('sum', (values) => values.reduce((a, b) => a + b, 0));
const point = task('point', (x, y) => ({ x, y, list: [x, y], norm: { squared: x * x + y * y } }));
const later = task('later', async (value) => Promise.resolve(value));
const forbidden = task('forbidden', () => 'never');
const apply = task('apply', (fn, a, b) => fn(a, b));
const either = task('either', (first, a, b) => unquote(first ? a : b));
const half = task(
  'half',
  maybe((n) => {
    if (n % 2 !== 0) throw new RangeError(`${String(n)} is odd`);
    return n / 2;
  }),
);
const describeFail = task('describe-fail', (fail) => [fail.task, fail.errors.map(String)]);
const countDown = task('count-down', (n, total) => (n === 0 ? total : countDown(n - 1, total + n)));
const even = task('even', (n) => (n === 0 ? true : odd(n - 1)));
const odd = task('odd', (n) => (n === 0 ? false : even(n - 1)));
const fib = task('fib', (n) => (n < 2 ? n : add(fib(n - 1), fib(n - 2))));
const grow = task('grow', (n) => ({ list: map(square, [n, add(n, 1)]), sum: add(n, n), plain: 1 }));
const choose = task('choose', (n) => conditional(isEven(n), square(n), add(n, 1)));
const search = task('search', (n) => findFirst(isEven, [add(n, 0), add(n, 1), add(n, 2)]));
const growMap = task('grow-map', (n) => lift(new Map([['squares', new Set([square(n), square(n + 1)])]])));
const makeQuote = task('make-quote', (n) => quote(square(n)));
const echo = task('echo', (value) => value);
const translate = task('translate', (translator, text) => translator.sentence(text));
const bytes = task('bytes', (length) => new Uint8Array(length).fill(7));
const long = task('long', (value) => sum(value));
const retried = task('retried', (n) => n + 1, { retries: 2, timeout: 60_000, priority: 3, limits: ['matrix'] });

const assigned = () => {
  const p = point(3, 4);
  p.x = add(5, 5);
  p['y'] = 1;
  return p;
};
const unpacked = () => {
  const [a, b] = unpack(range(5, 9), 2);
  const [c] = range(1, 3);
  return gather(add(a, b), c);
};

export const constructs = [
  { name: 'a call', draw: () => add(square(3), square(4)), expected: 25 },
  { name: 'an asynchronous task', draw: () => later(add(1, 2)), expected: 3 },
  { name: 'arguments that hold promises', draw: () => sum([square(1), add(1, 1), 3]), expected: 6 },
  { name: 'gather', draw: () => gather(square(2), 'x'), expected: [4, 'x'] },
  { name: 'gatherAll', draw: () => sum(gatherAll([1, 2, 3].map((n) => square(n)))), expected: 14 },
  { name: 'gatherDict', draw: () => gatherDict({ a: square(2), b: 1 }), expected: { a: 4, b: 1 } },
  { name: 'delay', draw: () => add(delay(1), delay({ x: 2 }).x), expected: 3 },
  { name: 'members', draw: () => add(point(3, 4).norm.squared, point(3, 4).list[1]), expected: 29 },
  { name: 'a method of a value', draw: () => range(0, 4).slice(1, 3), expected: [1, 2] },
  { name: 'assignment', draw: assigned, expected: { x: 10, y: 1, list: [3, 4], norm: { squared: 25 } } },
  { name: 'unpack and destructuring', draw: unpacked, expected: [11, 1] },
  {
    name: 'lift',
    draw: () => lift(new Map([['a', new Set([square(2), { b: add(1, 1) }])]])),
    expected: new Map([['a', new Set([4, { b: 2 }])]]),
  },
  { name: 'lift in a task', draw: () => growMap(2), expected: new Map([['squares', new Set([4, 9])]]) },
  { name: 'lift into an argument', draw: () => echo(lift(new Map([['a', square(2)]]))), expected: new Map([['a', 4]]) },
  { name: 'conditional', draw: () => conditional(isEven(4), square(4), forbidden()), expected: 16 },
  { name: 'conditional, the other branch', draw: () => conditional(isEven(3), forbidden(), square(3)), expected: 9 },
  { name: 'quote and unquote', draw: () => either(true, quote(square(5)), quote(forbidden())), expected: 25 },
  { name: 'a quote as a result', draw: () => unquote(makeQuote(6)), expected: 36 },
  { name: 'findFirst', draw: () => findFirst(isEven, [square(3), square(2), forbidden()]), expected: 4 },
  { name: 'findFirst in a promised array', draw: () => findFirst((n) => n > 2, range(0, 9)), expected: 3 },
  { name: 'map', draw: () => map(square, [1, add(1, 1), 3]), expected: [1, 4, 9] },
  { name: 'map over a promised array', draw: () => map(square, range(0, 4)), expected: [0, 1, 4, 9] },
  { name: 'map with a plain function', draw: () => map((n) => add(n, 1), range(0, 3)), expected: [1, 2, 3] },
  { name: 'map in chunks', draw: () => map(square, range(0, 5), { chunk: 2 }), expected: [0, 1, 4, 9, 16] },
  { name: 'filter', draw: () => filter(isEven, range(0, 5)), expected: [0, 2, 4] },
  { name: 'all and any', draw: () => gather(all(isEven, [2, 4]), any(isEven, [1, 3])), expected: [true, false] },
  { name: 'zipWith', draw: () => zipWith(add, range(0, 3), [10, 20]), expected: [10, 21] },
  { name: 'fold', draw: () => fold(add, 0, range(0, 5)), expected: 10 },
  { name: 'pipe', draw: () => pipe(3, square, (n) => n + 1, isEven), expected: true },
  { name: 'ops', draw: () => ops.lt(ops.mul(square(2), 2), add(4, 5)), expected: true },
  { name: 'expr', draw: () => expr((a, b) => a * b + 1)(square(2), add(1, 1)), expected: 9 },
  { name: 'ref', draw: () => sum(ref([1, 2, 3])), expected: 6 },
  { name: 'updateHints', draw: () => updateHints(square(7), { retries: 1, priority: 2 }), expected: 49 },
  { name: 'control hints', draw: () => retried(retried(1)), expected: 3 },
  { name: 'unwrap', draw: () => add(unwrap(square)(3), 1), expected: 10 },
  { name: 'a scheduled function as an argument', draw: () => apply(add, 20, 22), expected: 42 },
  { name: 'maybe', draw: () => half(half(4)), expected: 1 },
  {
    name: 'a failure',
    draw: () => describeFail(half(half(6))),
    expected: ['matrix/half', ['RangeError: 3 is odd']],
    runsAgain: ['matrix/half'],
  },
  { name: 'a workflow as a result', draw: () => grow(2), expected: { list: [4, 9], sum: 4, plain: 1 } },
  { name: 'a conditional as a result', draw: () => gather(choose(4), choose(3)), expected: [16, 4] },
  { name: 'a search as a result', draw: () => search(3), expected: 4 },
  { name: 'tail recursion', draw: () => countDown(50, 0), expected: 1275 },
  { name: 'mutual recursion', draw: () => gather(even(9), odd(9)), expected: [false, true] },
  { name: 'recursion', draw: () => fib(8), expected: 21 },
  { name: 'a method', draw: () => new Translator('eo').word('Music'), expected: 'Muziko' },
  { name: 'a static method', draw: () => Translator.languages('-'), expected: ['-de', '-eo'] },
  { name: 'methods in a plain method', draw: () => new Translator('eo').sentence('play on!'), expected: 'ludi sur!' },
  {
    name: 'an instance as an argument and a result',
    draw: () => translate(echo(new Translator('de')), 'love'),
    expected: 'Liebe',
  },
  { name: 'a wasm kernel', draw: () => add(primeSumKernel(10), primeSumKernel(100)), expected: 1077 },
  {
    name: 'arrays through wasm kernels',
    draw: () => dot(scale(Float64Array.of(1, 2, 3), 2), Float64Array.of(1, 1, 1)),
    expected: 12,
  },
  { name: 'binary data', draw: () => echo(bytes(5000)), expected: new Uint8Array(5000).fill(7) },
  {
    name: 'a large argument',
    draw: () => long(Array.from({ length: 3000 }, (_, index) => index)),
    expected: 4_498_500,
  },
];
