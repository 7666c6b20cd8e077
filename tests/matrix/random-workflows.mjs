/** Random workflows of all constructs, and what plain JavaScript makes of them; types in `random-workflows.d.mts`. */
import {
  conditional,
  failed,
  findFirst,
  fold,
  lift,
  map,
  maybe,
  ops,
  pipe,
  quote,
  schedule,
  unquote,
  updateHints,
  zipWith,
} from 'somen';

/** Control in all its forms: it changes when and where jobs run, and never what they give. */
const HINTS = [
  {},
  { retries: 2 },
  { limits: ['random-x'] },
  { limits: { 'random-y': 1 } },
  { priority: 2 },
  { priority: -1 },
  { timeout: 60_000 },
  { executor: 'here' },
];

const increments = HINTS.map((hints, kind) => schedule((n) => n + 1, { ...hints, name: `random/increment-${kind}` }));
const sums = HINTS.map((hints, kind) => schedule((a, b) => a + b, { ...hints, name: `random/sum-${kind}` }));
const isEven = schedule((n) => n % 2 === 0, { name: 'random/is-even' });
const deep = schedule((n) => (n <= 0 ? 0 : sums[n % HINTS.length](deep(n - 1), 1)), { name: 'random/deep' });
const range = schedule((n) => Array.from({ length: n }, (_, index) => index), { name: 'random/range' });
const quoted = schedule((n) => quote(increments[0](n)), { name: 'random/quoted' });
const forbidden = schedule(() => -1_000_000, { name: 'random/forbidden' });
const half = schedule(
  maybe((n) => {
    if (n % 2 !== 0) throw new Error('odd');
    return n / 2;
  }),
  { name: 'random/half' },
);
const orMinusOne = schedule((value) => (failed(value) ? -1 : value), { name: 'random/or-minus-one' });

/** `random(k)` gives whole numbers below `k`. Returns what draws the workflow, and its value. */
export function randomWorkflow(random, depth) {
  if (depth <= 0) {
    const value = random(10);
    return { draw: () => value, value };
  }
  const a = randomWorkflow(random, depth - 1);
  const b = randomWorkflow(random, depth - 1);
  return CONSTRUCTS[random(CONSTRUCTS.length)](a, b, random(HINTS.length), random(8));
}

const triangle = (n) => (n * (n - 1)) / 2;

const CONSTRUCTS = [
  (a, _b, kind) => ({ draw: () => increments[kind](a.draw()), value: a.value + 1 }),
  (a, b, kind) => ({ draw: () => sums[kind](a.draw(), b.draw()), value: a.value + b.value }),
  (a, b) => ({
    draw: () => conditional(isEven(a.draw()), conditional(true, b.draw(), forbidden()), -3),
    value: a.value % 2 === 0 ? b.value : -3,
  }),
  (a, _b, kind, n) => ({ draw: () => fold(sums[kind], a.draw(), range(n)), value: a.value + triangle(n) }),
  (a, _b, kind, n) => ({
    draw: () => fold(sums[0], a.draw(), map(increments[kind], range(n), { chunk: 1 + (n % 3) })),
    value: a.value + triangle(n) + n,
  }),
  (a) => ({ draw: () => ops.add(a.draw(), 5), value: a.value + 5 }),
  (a, _b, _kind, n) => ({ draw: () => sums[1](a.draw(), deep(n)), value: a.value + n }),
  (a) => ({ draw: () => unquote(quoted(a.draw())), value: a.value + 1 }),
  (a) => ({ draw: () => orMinusOne(half(a.draw())), value: a.value % 2 === 0 ? a.value / 2 : -1 }),
  (a, b) => ({
    draw: () => findFirst(isEven, [a.draw(), b.draw(), 0, forbidden()]),
    value: [a.value, b.value, 0].find((n) => n % 2 === 0),
  }),
  (a, b, kind) => ({
    draw: () => fold(sums[kind], 0, zipWith(sums[1], [a.draw(), 1], [b.draw(), 2, 3])),
    value: a.value + b.value + 3,
  }),
  (a, _b, kind) => ({ draw: () => pipe(a.draw(), increments[kind], (n) => n * 2), value: (a.value + 1) * 2 }),
  (a, _b, kind) => ({ draw: () => updateHints(increments[kind](a.draw()), { retries: 1 }), value: a.value + 1 }),
  (a) => ({ draw: () => lift(new Map([['k', a.draw()]])).get('k'), value: a.value }),
];
