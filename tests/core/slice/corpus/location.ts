import type { SliceCase } from '../support/slice-case.js';

/** How the function that is meant is found, and in what forms it may stand there. */
export const locationCases: readonly SliceCase[] = [
  {
    about: 'is found by the name of a function expression',
    files: `
      import { schedule } from 'somen';
      const k = 2;
      export const task = schedule(function task(a: number) { return a * k; });`,
    keeps: 'const k = 2;',
  },
  {
    about: 'is found by the place of its call, whatever its name',
    files: `
      import { schedule } from 'somen';
      const k = 2, l = 3;
      export const other = schedule(function other(a: number) { return a * l; });
      export const task = schedule((a: number) => a * k, { name: 'corpus/place' });`,
    at: '4:21',
    keeps: 'const k = 2;',
  },
  {
    about: 'is found by the name hint',
    files: `
      import { schedule } from 'somen';
      const k = 2, l = 3;
      export const task = schedule((a: number) => a * l, { name: 'corpus/hinted', retries: k });`,
    at: 'corpus/hinted',
    keeps: 'const l = 3;',
  },
  {
    about: 'is found by the variable, where the function has no name',
    files: `
      import { schedule } from 'somen';
      const l = 3;
      export const task = schedule((a: number) => a * l);`,
    keeps: 'const l = 3;',
  },
  {
    about: 'is found by a place inside of its body',
    files: `
      import { schedule } from 'somen';
      const l = 3;
      export const task = schedule((a: number) => {
        return a * l;
      });`,
    at: '4:10',
    keeps: 'const l = 3;',
  },
  {
    about: 'of a declared function keeps the declaration',
    files: `
      import { schedule } from 'somen';
      const l = 3;
      function add(a: number) { return a + l; }
      export const task = schedule(add);`,
    keeps: `
      const l = 3;
      function add(a: number) { return a + l; }`,
  },
  {
    about: 'of an imported function keeps what it reaches there',
    files: {
      'main.ts': `
        import { schedule } from 'somen';
        import { add as plus } from './add.ts';
        export const task = schedule(plus);`,
      'add.ts': `
        const l = 3;
        export function add(a: number) { return a + l; }
        export function unused() {}`,
    },
    keeps: {
      'add.ts': `
        const l = 3;
        export function add(a: number) { return a + l; }`,
      'main.ts': `import { add as plus } from './add.ts';`,
    },
  },
  {
    about: 'of a member of tasks keeps what that member reaches',
    files: `
      import { tasks } from 'somen';
      const k = 2, l = 3;
      export const all = tasks('corpus-a', { add: (a: number) => a + k, mul: (a: number) => a * l });`,
    at: 'corpus-a/mul',
    original: 'unwrap(main.all.mul)',
    keeps: 'const l = 3;',
  },
  {
    about: 'of a shorthand member of tasks keeps the function of that name',
    files: `
      import { tasks } from 'somen';
      const k = 2;
      function add(a: number) { return a + k; }
      export const { add: task } = tasks('corpus-b', { add, mul: (a: number) => a * 3 });`,
    at: 'add',
    keeps: `
      const k = 2;
      function add(a: number) { return a + k; }`,
  },
  {
    about: 'of a method among tasks is a function',
    files: `
      import { tasks } from 'somen';
      const k = 2;
      export const all = tasks('corpus-c', { async add(a: number) { return a + k; } });`,
    at: 'corpus-c/add',
    original: 'unwrap(main.all.add)',
    keeps: 'const k = 2;',
  },
  {
    about: 'of a scheduled method keeps its class',
    files: `
      import { schedule } from 'somen';
      const k = 2, l = 3;
      export class Counter {
        #by = k;
        @schedule add(a: number) { return a + this.#by; }
      }
      export const other = l;`,
    at: 'Counter.add',
    original: 'main.Counter.prototype.add',
    self: 'new main.Counter()',
    isWorkflow: true,
    keeps: `
      import { schedule } from 'somen';
      const k = 2;
      export class Counter {
        #by = k;
        @schedule add(a: number) { return a + this.#by; }
      }`,
  },
  {
    about: 'of a scheduled class keeps the class',
    files: `
      import { schedule } from 'somen';
      const l = 3;
      @schedule
      export class Box {
        value = l;
      }`,
    at: 'Box',
    original: '((a) => new main.Box().value + a)',
    sliced: '((a) => new main.$task().value + a)',
    keeps: `
      import { schedule } from 'somen';
      const l = 3;
      @schedule
      export class Box {
        value = l;
      }`,
  },
  {
    about: 'of a static member of a class keeps the function only',
    files: `
      import { schedule } from 'somen';
      const l = 3;
      export class Box {
        static add = schedule(function inBox(a: number) { return a + l; });
      }`,
    at: 'inBox',
    original: 'unwrap(main.Box.add)',
    keeps: 'const l = 3;',
  },
  {
    about: 'of a member of an object keeps the function only',
    files: `
      import { schedule } from 'somen';
      const l = 3, m = 4;
      export const all = { m, add: schedule((a: number) => a + l, { name: 'corpus/member' }) };`,
    at: 'corpus/member',
    original: 'unwrap(main.all.add)',
    keeps: 'const l = 3;',
  },
  {
    about: 'of a default export that is scheduled',
    files: `
      import { schedule } from 'somen';
      const l = 3;
      export default schedule(function byDefault(a: number) { return a + l; });`,
    at: 'byDefault',
    original: 'unwrap(main.default)',
    keeps: 'const l = 3;',
  },
  {
    about: 'of a plain function that is exported',
    files: `
      const l = 3;
      export function plain(a: number) { return a + l; }`,
    at: 'plain',
    original: 'main.plain',
    keeps: `
      const l = 3;
      export function plain(a: number) { return a + l; }`,
  },
  {
    about: 'of a plain function that is exported by default',
    files: `
      const l = 3;
      export default function plain(a: number) { return a + l; }`,
    at: 'default',
    original: 'main.default',
    keeps: `
      const l = 3;
      export default function plain(a: number) { return a + l; }`,
  },
  {
    about: 'is found under another name of schedule',
    files: `
      import { schedule as later } from 'somen';
      const l = 3;
      export const task = later(function renamed(a: number) { return a + l; });`,
    at: 'renamed',
    keeps: 'const l = 3;',
  },
  {
    about: 'is found where schedule is a member of a namespace',
    files: `
      import * as somen from 'somen';
      const l = 3;
      export const task = somen.schedule(function spaced(a: number) { return a + l; });`,
    at: 'spaced',
    keeps: 'const l = 3;',
  },
  {
    about: 'of a function that another function wraps keeps the wrapper',
    files: `
      import { schedule } from 'somen';
      const twice = (fn: (a: number) => number) => (a: number) => fn(fn(a));
      export const task = schedule(twice((a) => a + 1), { name: 'corpus/wrapped' });`,
    at: 'corpus/wrapped',
    keeps: 'const twice = (fn: (a: number) => number) => (a: number) => fn(fn(a));',
  },
  {
    about: 'of a function inside of another that captures nothing of it',
    files: `
      import { schedule } from 'somen';
      const l = 3;
      export function make() {
        return schedule(function inner(a: number) { return a + l; });
      }`,
    at: 'inner',
    original: 'unwrap(main.make())',
    keeps: 'const l = 3;',
  },
  {
    about: 'keeps the slices of other tasks that are called',
    files: `
      import { schedule } from 'somen';
      const l = 3, m = 4;
      export const other = schedule(function other(a: number) { return a + l; });
      export const task = schedule(function task(a: number) { return typeof other === 'function' ? a : m; });`,
    keeps: `
      import { schedule } from 'somen';
      const l = 3, m = 4;
      export const other = schedule(function other(a: number) { return a + l; });`,
  },
  {
    about: 'of a task that calls itself keeps the task',
    files: `
      import { schedule } from 'somen';
      export const task = schedule((a: number): unknown => (a > 0 ? typeof task : 0), { name: 'corpus/self' });`,
    at: 'corpus/self',
    keeps: `
      import { schedule } from 'somen';
      export const task = schedule((a: number): unknown => (a > 0 ? typeof task : 0), { name: 'corpus/self' });`,
  },
];
