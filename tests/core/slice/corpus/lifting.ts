/** A function that makes a task which captures something, and a call of both. */
export interface LiftCase {
  readonly about: string;
  /** A module that exports `make`, which returns the task. `schedule`, `tasks` and `maybe` are imported. */
  readonly source: string;
  /** Arguments of `make`. @default [3] */
  readonly make?: readonly unknown[];
  /** Arguments of the task. @default [5] */
  readonly args?: readonly unknown[];
  /** The names of what must be lifted. */
  readonly captured: readonly string[];
  /** Whether it is for calls at once only: its result is a generator, or it calculates with the results of tasks. */
  readonly isDirect?: boolean;
}

function one(about: string, source: string, captured: readonly string[], more: Partial<LiftCase> = {}): LiftCase {
  return { about, source, captured, ...more };
}

/** What tasks capture. */
export const liftCases: readonly LiftCase[] = [
  one('a parameter', 'export const make = (k: number) => schedule((x: number) => x * k);', ['k']),
  one('a constant', 'export function make(n: number) { const k = n + 1; return schedule((x: number) => x * k); }', [
    'k',
  ]),
  one(
    'several variables, in the order in which they are mentioned',
    'export const make = (a: number, b: number, c: number) => schedule((x: number) => [c, x, a, b, c]);',
    ['c', 'a', 'b'],
    { make: [1, 2, 3] },
  ),
  one(
    'variables of two functions around',
    'export const make = (a: number) => ((b: number) => schedule((x: number) => a - b * x))(7);',
    ['a', 'b'],
  ),
  one(
    'what a parameter is destructured into',
    'export function make({ k, deep: [l, ...rest] }: any) { return schedule((x: number) => [x, k, l, rest]); }',
    ['k', 'l', 'rest'],
    { make: [{ k: 1, deep: [2, 3, 4] }] },
  ),
  one(
    'a parameter with a default',
    "export const make = (k = 'none') => schedule((x: number) => `${x} ${k}`);",
    ['k'],
    { make: [] },
  ),
  one('rest parameters', 'export const make = (...all: number[]) => schedule((x: number) => all.concat(x));', ['all'], {
    make: [1, 2],
  }),
  one(
    'let and var that are constants',
    'export function make(n: number) { let k = n; var l = k + 1; return schedule((x: number) => x + k + l); }',
    ['k', 'l'],
  ),
  one(
    'the variable of a loop',
    'export function make() { const all = []; for (const k of [1, 2, 3]) all.push(schedule((x: number) => x * k)); return all[1]; }',
    ['k'],
  ),
  one(
    'the variables of a block and of a switch',
    'export function make(n: number) { switch (n) { case 3: const k = 2; { const l = k + n; return schedule((x: number) => x * l + k); } } }',
    ['l', 'k'],
  ),
  one(
    'the variable of catch',
    'export function make() { try { throw [4]; } catch (k: any) { return schedule((x: number) => x * k[0]); } }',
    ['k'],
  ),
  one(
    'a function expression',
    'export const make = (k: number) => schedule(function (x: number) { return arguments.length + k + x; });',
    ['k'],
  ),
  one(
    'a function that calls itself',
    'export const make = (k: number) => schedule(function fact(n: number): number { return n > 1 ? n * fact(n - 1) : k; });',
    ['k'],
  ),
  one('an async function', 'export const make = (k: number) => schedule(async (x: number) => (await x) * k);', ['k']),
  one(
    'a generator',
    'export const make = (k: number) => schedule(function* (n: number) { for (let i = 0; i < n; i++) yield i * k; });',
    ['k'],
    { isDirect: true },
  ),
  one(
    'an async generator',
    'export const make = (k: number) => schedule(async function* (n: number) { yield await n; yield k; });',
    ['k'],
    { isDirect: true },
  ),
  one(
    'defaults that mention what is captured',
    'export const make = (k: number) => schedule((x: number, { y = k, z: [w = y] = [] }: any = {}) => [x, y, w]);',
    ['k'],
  ),
  one('a shorthand', 'export const make = (k: number) => schedule((x: number) => ({ k, x }));', ['k']),
  one('a template', 'export const make = (k: number) => schedule((x: number) => `${k}${`${x}`}`);', ['k']),
  one(
    'a name that is another one inside',
    'export const make = (k: number) => schedule((x: number) => [k, ...[x].map((k) => k * 2)]);',
    ['k'],
  ),
  one(
    'a name that the module has as well',
    'const k = 10, l = 20;\nexport const make = (k: number) => schedule((x: number) => x + k + l);',
    ['k'],
  ),
  one(
    'names that lifting itself might use',
    'const $a = 10;\nexport const make = ($c: number, $h: number) => schedule((x: number) => [x, $c, $h, $a]);',
    ['$c', '$h'],
    { make: [1, 2] },
  ),
  one(
    'a declared function',
    'export function make(n: number) { return schedule((x: number) => help(x)); function help(x: number) { return x + 1; } }',
    [],
  ),
  one(
    'a function that captures something',
    'export function make(k: number) { const help = (x: number) => x * k; return schedule((x: number) => help(x) + 1); }',
    ['k'],
  ),
  one(
    'functions that call each other',
    `export function make(k: number) {
      const even = (n: number): boolean => n === 0 || odd(n - 1);
      function odd(n: number): boolean { return n > 0 && even(n - 1); }
      return schedule((x: number) => [even(x), odd(x), k]);
    }`,
    ['k'],
    { make: [1] },
  ),
  one(
    'a function of several lines',
    `export function make(k: number, unused: string) {
      /* what it does */
      const help = async (x: number) => {
        // a line
        const text = \`a
          b\${x}\`;
        return text + k
      }
      return schedule(async (x: number) => ({ first: await help(x), second: await help(x + 1) }));
    }`,
    ['k'],
  ),
  one(
    'a function and what it captures under a name that the module has, too',
    `const m = 100;
    export function make(k: number) {
      const help = (x: number) => x * k + m;
      { const m = k + 1; return schedule((x: number) => help(x) + m); }
    }`,
    ['k', 'm'],
  ),
  one(
    'generators and async functions that are local',
    `export function make(k: number) {
      function* up(n: number) { for (let i = 0; i < n; i++) yield i * k; }
      const later = async function (n: number) { return [...up(n)]; };
      return schedule((x: number) => later(x));
    }`,
    ['k'],
  ),
  one(
    'a function expression that is called inside of itself',
    'export const make = function self(n: number): any { return n > 5 ? n : schedule((x: number) => [x, self(n + x)]); };',
    ['n'],
    { make: [3] },
  ),
  one(
    'a local function that is scheduled by its name',
    'export function make(k: number) { function add(x: number) { return x + k; } return schedule(add); }',
    ['k'],
  ),
  one(
    'a local arrow that is scheduled by its name',
    'export function make(k: number) { const add = (x: number) => x + k; return schedule(add); }',
    ['k'],
  ),
  one('a function in maybe', 'export function make(k: number) { return schedule(maybe((x: number) => x + k)); }', [
    'k',
  ]),
  one(
    'another local task',
    `export function make(k: number) {
      const inner = schedule((x: number) => x * k);
      return schedule((x: number) => [inner(x), inner(x + 1)]);
    }`,
    ['k'],
  ),
  one(
    'a local task that captures nothing',
    `export function make(k: number) {
      const inner = schedule((x: number) => x * 2);
      return schedule((x: number) => inner(x) + k);
    }`,
    ['k'],
    { isDirect: true },
  ),
  one(
    'itself',
    'export function make(k: number) { const self: any = schedule((n: number): any => (n > 0 ? [self(n - 1)] : k)); return self; }',
    ['k'],
  ),
  one(
    'members of tasks',
    `export function make(k: number) {
      const base = (x: number) => x - k;
      const { add, mul } = tasks('lift-a', { add: (x: number) => x + k, mul(x: number) { return add(x) * k; }, base });
      return mul;
    }`,
    ['k'],
    { isDirect: true },
  ),
  one(
    'a member of tasks by way of their object',
    `export function make(k: number) {
      const all = tasks('lift-b', { base: (x: number) => x - k, async *up(x: number) { yield x; yield k; } });
      return schedule((x: number) => [all.base(x), typeof all.up]);
    }`,
    ['k'],
  ),
  one(
    'a shorthand member of tasks',
    `export function make(k: number) {
      function base(x: number) { return x - k; }
      return tasks('lift-c', { base }).base;
    }`,
    ['k'],
  ),
  one(
    'a task in a task',
    `export function make(k: number) {
      return schedule((x: number) => {
        const l = x + 1;
        return schedule((y: number) => [k, l, x, y])(9);
      });
    }`,
    ['k'],
  ),
  one(
    'what a method has, but its this',
    'class A { m(k: number) { const { l } = { l: k + 1 }; return schedule((x: number) => x * l + k); } }\nexport const make = (k: number) => new A().m(k);',
    ['l', 'k'],
  ),
  one(
    'an object, which is copied',
    'export function make(k: number) { const list = [k]; list.push(4); return schedule((x: number) => list.map((y) => y * x)); }',
    ['list'],
  ),
  one(
    'types and generics',
    `export function make<T extends { k: number }>(value: T) {
      type Own = T['k'];
      const help = <V,>(v: V): V => v;
      return schedule(((x: Own) => help<Own>(value.k satisfies number) * x) as (x: number) => number);
    }`,
    ['value'],
    { make: [{ k: 2 }] },
  ),
  one(
    'a hook that makes it',
    `const useMemo = (fn: any, _list: unknown[]) => fn();
    export function make(k: number) { return useMemo(() => schedule((x: number) => x * k), [k]); }`,
    ['k'],
  ),
  one(
    'hints that are local',
    "export function make(k: number) { const n = 2; return schedule((x: number) => x * k, { name: 'lift/hinted', retries: n } as any); }",
    ['k'],
  ),
  one(
    'what a block at the top level has',
    'let made: any;\n{ const k = 4; made = schedule((x: number) => x * k); }\nexport const make = () => made;',
    ['k'],
  ),
];

/** A function that makes a task which captures what cannot be lifted: the variables, and what is said. */
export interface RefusedCapture {
  readonly about: string;
  readonly source: string;
  readonly kind: string;
  readonly says: string;
}

function not(about: string, source: string, says: string, kind = 'captured-local'): RefusedCapture {
  return { about, source, kind, says };
}

/** What cannot be lifted. */
export const refusedCaptures: readonly RefusedCapture[] = [
  not(
    'a variable that is assigned later',
    'let k = n; k++; return schedule((x: number) => x * k);',
    'Copy it into a const before the task',
  ),
  not(
    'the counter of a loop',
    'for (let i = 0; i < 3; i++) schedule((x: number) => x * i);',
    'Copy it into a const before the task',
  ),
  not(
    'a variable that the task assigns',
    'let k = n; return schedule((x: number) => { k = x; });',
    'Copy it into a const before the task',
  ),
  not(
    'a parameter that is assigned',
    'n = 4; return schedule((x: number) => x * n);',
    'Copy it into a const before the task',
  ),
  not(
    'a list that the task adds to',
    'const list = [n]; return schedule((x: number) => { list.push(x); return x; });',
    'Return what it adds, or copy it inside of the task',
  ),
  not(
    'an object that a local function changes',
    'const seen = new Map([[n, 1]]); const note = (x: number) => seen.set(x, 2); return schedule((x: number) => note(x));',
    'Return what it adds, or copy it inside of the task',
  ),
  not(
    'what a local function assigns',
    'let k = 0; const up = () => k++; return schedule((x: number) => x + up());',
    'Copy it into a const before the task',
  ),
  not('a local class', 'class A {} return schedule(() => new A());', 'Move it to the top level of the module'),
  not(
    'a local class expression',
    'const A = class {}; return schedule(() => new A());',
    'Move it to the top level of the module',
  ),
  not('a local enum', 'enum E { A } return schedule(() => E.A);', 'Move it to the top level of the module'),
  not('a function that is a parameter', 'return schedule(n);', 'Schedule functions where they are written'),
  not(
    'a function that is computed',
    'return schedule(wrap((x: number) => x * n));',
    'write the function itself in the call',
  ),
  not('this', 'return schedule(() => this);', 'pass what it needs as an argument', 'captured-this'),
  not(
    'this by way of a local function',
    'const help = () => this; return schedule(() => help());',
    'pass what it needs as an argument',
    'captured-this',
  ),
  not('arguments', 'return schedule(() => arguments.length);', 'pass them as parameters', 'captured-arguments'),
  not('new.target', 'return schedule(() => new.target);', 'pass what it needs as an argument', 'captured-this'),
  not(
    'functions that mean different things by a name',
    'const k = 1; const f = () => k; { const k = 2; const g = () => k; return schedule(() => f() + g()); }',
    'Rename one of them',
  ),
  not(
    'a function that means something else by a name than the task',
    'const k = 1; const f = () => k; { const k = 2; return schedule(() => f() + k); }',
    'Rename one of them',
  ),
  not(
    'a function that means a global by the name of what another one captures',
    'const f = () => name; { const name = n; const g = () => name; return schedule(() => f() + g()); }',
    'Rename one of them',
  ),
  not(
    'eval in a local function',
    "const f = () => eval('1'); return schedule(() => f());",
    'it may read anything',
    'eval',
  ),
];
