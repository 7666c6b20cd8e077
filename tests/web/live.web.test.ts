/** Programs that run as one types them. */
import { createRunStore, type JobCall, type RunSnapshot } from 'somen/web';
import {
  createLiveScript,
  type ConsoleLine,
  type LiveResult,
  type LiveScript,
  type LiveScriptOptions,
} from 'somen/live';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

/** A script with a cache of its own, and what it told. */
function liveScript(options: LiveScriptOptions = {}): {
  readonly live: LiveScript;
  readonly lines: ConsoleLine[];
  readonly snapshot: () => RunSnapshot;
} {
  const store = createRunStore();
  const lines: ConsoleLine[] = [];
  const live = createLiveScript({
    size: 2,
    cache: `live-${crypto.randomUUID()}`,
    store,
    onConsole: (line) => lines.push(line),
    ...options,
  });
  onTestFinished(() => live.close());
  return { live, lines, snapshot: store.getSnapshot };
}

/** The values of a script that came to its end, by their names; the last one by 'last'. */
function valuesOf(result: LiveResult): Readonly<Record<string, unknown>> {
  if (result.status !== 'done') throw new Error(`It did not come to its end: ${JSON.stringify(result)}`);
  return Object.fromEntries(result.values.map((one) => [one.name ?? 'last', one.value]));
}

const DIAMOND = `import { run, schedule } from 'somen/web';

const factor = 2;
// A comment.
const twice = (x) => x * factor;
const add = schedule(function add(a, b) { return a + b; });
const double = schedule(function double(a) {
  console.log('doubling', a);
  return twice(a);
});
const u = add(1, 2);
export const pair = [3, new Date(0)];
await run(add(double(u), double(add(u, 1))));
`;

/** How many jobs of the last run came to which state. */
function states({ jobs }: RunSnapshot): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name, state, builtIn } of jobs)
    if (!builtIn) counts[`${name} ${state}`] = (counts[`${name} ${state}`] ?? 0) + 1;
  return counts;
}

/** Ends when the store says so. */
function until(snapshot: () => RunSnapshot, holds: (snapshot: RunSnapshot) => boolean): Promise<void> {
  return vi.waitUntil(() => holds(snapshot()), { timeout: 10_000, interval: 5 }).then(() => undefined);
}

describe('programs', () => {
  test('run computes a diamond, and tells its values, its jobs and what it wrote', async () => {
    const { live, lines, snapshot } = liveScript();
    expect(valuesOf(await live.run(DIAMOND))).toEqual({ pair: [3, new Date(0)], last: 14 });
    const { status, summary, jobs } = snapshot();
    expect([status, summary.ran, summary.retrieved]).toEqual(['done', 5, 0]);
    expect(jobs.map(({ name, state, value, args }) => [name, state, value, args])).toContainEqual([
      'double',
      'done',
      '6',
      [undefined],
    ]);
    expect(lines.map(({ text }) => text).sort()).toEqual(['doubling 3', 'doubling 4']);
    expect(lines[0]?.job?.name).toBe('double');
  });

  test('run computes again only what an edit touches, also after a reload', async () => {
    const cache = `live-${crypto.randomUUID()}`;
    const { live, snapshot } = liveScript({ cache });
    await live.run(DIAMOND);
    await live.run(DIAMOND.replace('// A comment.', '// Another\n// comment.'));
    expect(states(snapshot())).toEqual({ 'add skipped': 2, 'double skipped': 2, 'add retrieved': 1 });
    expect(valuesOf(await live.run(DIAMOND.replace('factor = 2', 'factor = 3')))).toMatchObject({ last: 21 });
    expect(states(snapshot())).toMatchObject({ 'add retrieved': 2, 'double done': 2, 'add done': 1 });
    live.close();
    const later = liveScript({ cache });
    expect(valuesOf(await later.live.run(DIAMOND))).toMatchObject({ last: 14 });
    expect(later.snapshot().summary).toMatchObject({ ran: 0, retrieved: 1 });
  });

  test('run gives scripts the modules that its author gave, as code and as data', async () => {
    const { live } = liveScript({
      modules: {
        './words.json': '{ "hello": "hallo", "world": "Welt" }',
        './translate.js':
          "import words from './words.json' with { type: 'json' };\nimport { schedule } from 'somen/web';\nexport const translate = schedule(function translate(word) { return words[word] ?? word; });\nexport const shout = (text) => text + '!';",
        poetry: "export const poem = ['hello', 'world'];",
      },
    });
    const source = `import { run, schedule } from 'somen';
import { poem } from 'poetry';
import { translate, shout } from './translate.js';
const loud = schedule((text) => shout(text));
await run(poem.map((word) => loud(translate(word))))`;
    expect(valuesOf(await live.run(source))).toEqual({ last: ['hallo!', 'Welt!'] });
  });

  test('a task in a function takes along what it captures, and one that cannot be followed is refused with its place', async () => {
    const { live } = liveScript();
    const scaled = `import { run, schedule } from 'somen/web';
function scaled(values, factor) {
  const scale = schedule(function scale(x) { return x * factor; });
  return run(values.map((value) => scale(value)));
}
[await scaled([1, 2], 10), await scaled([3], 100)];`;
    expect(valuesOf(await live.run(scaled))).toEqual({ last: [[10, 20], [300]] });
    const counting = `import { run, schedule } from 'somen/web';
let count = 0;
const next = schedule(function next() { return ++count; });
await run(next());`;
    expect(await live.run(counting)).toMatchObject({
      status: 'failed',
      error: {
        kind: 'refused',
        place: { line: 3 },
        job: { task: 'next' },
        message: expect.stringContaining("'count'"),
      },
      notes: [{ place: { line: 3 } }],
    });
  });

  test('several runs of a script are told one after the other, with all of the language and any size of a pool', async () => {
    const { live, snapshot, lines } = liveScript();
    const source = `import { construct, gather, map, run, schedule, serialize, workers } from 'somen/web';
const square = schedule(function square(x) { return x * x; });
const sum = schedule(function sum(...xs) { return xs.reduce((a, b) => a + b, 0); });
export class Point {
  constructor(x) { this.x = x; }
  get twice() { return 2 * this.x; }
  [serialize](pack) { return pack(this.x); }
  static [construct](x) { return new Point(x); }
}
const point = schedule(function point(x) { return new Point(x); });
const both = schedule(function both(n) { return sum(square(n), square(n + 1)); });
console.log(await run(map(square, [1, 2, 3])), (await run(point(4))).twice);
for (const size of [1, 2]) console.log(size, await run(both(size * 10), { executor: workers({ size }) }));
run(gather(both(3), both(4))).then((values) => console.log('at the end', values));`;
    expect(valuesOf(await live.run(source))).toEqual({});
    expect(lines.map(({ text }) => text)).toEqual(['[1, 4, 9] 8', '1 221', '2 841', 'at the end [25, 41]']);
    expect(snapshot().status).toBe('done');
    expect(snapshot().summary.scheduled).toBe(8);
  });

  test('what a script sends by postMessage reaches the page, moved', async () => {
    const messages: unknown[] = [];
    const { live } = liveScript({ onMessage: (data) => messages.push(data) });
    const result = await live.run(
      'const list = Float64Array.of(1, 2); postMessage({ list }, [list.buffer]); list.length',
    );
    expect(valuesOf(result)).toEqual({ last: 0 });
    expect(messages).toEqual([{ list: Float64Array.of(1, 2) }]);
  });

  test('10,000 jobs leave the page time for everything else', async () => {
    const { live, snapshot } = liveScript({ cache: false });
    const seen = new Set<number>();
    const timer = setInterval(() => seen.add(snapshot().summary.ran), 0);
    onTestFinished(() => clearInterval(timer));
    const source = `import { gatherAll, run, schedule } from 'somen/web';
const f = schedule(function f(x) { return x + 1; });
(await run(gatherAll(Array.from({ length: 10_000 }, (_, i) => f(i))))).length`;
    expect(valuesOf(await live.run(source))).toEqual({ last: 10_000 });
    expect(snapshot().jobs.filter(({ state }) => state === 'done').length).toBe(10_001);
    // It came in between again and again.
    expect(seen.size).toBeGreaterThan(3);
  });
});

describe('errors', () => {
  test('a source that is no JavaScript, or imports what is not there, fails with its line and column', async () => {
    const { live } = liveScript();
    for (const [kind, source, line, column, message] of [
      ['syntax', "import { run } from 'somen/web';\nconst a = ;\n", 2, 11, 'Unexpected token'],
      ['import', "import { run } from 'somen/web';\n\nimport x from './nothing.js';", 3, 15, 'no such module'],
      ['import', "import { shedule } from 'somen/web';", 1, 10, "did you mean 'schedule'?"],
      ['import', "import { x } from 'https://127.0.0.1:1/x.js';", 1, 19, 'does not load'],
    ] as const) {
      expect(await live.run(source)).toMatchObject({
        status: 'failed',
        error: { kind, place: { file: 'script.js', line, column }, message: expect.stringContaining(message) },
      });
    }
  });

  test('what a task or the program throws is told with its place in the source as it is now', async () => {
    const { live, snapshot } = liveScript();
    const source = `import { run, schedule } from 'somen/web'; const more = 1;
const check = schedule(function check(x) {
  if (x > 2) throw new RangeError('too large');
  return x;
});
function local(limit) {
  const inner = schedule(function inner(x) {
    if (x > limit) throw new TypeError('above');
    return x;
  });
  return inner(5);
}
await run(check(1));
`;
    expect(await live.run(`${source}await run(check(3));`)).toMatchObject({
      status: 'failed',
      error: {
        kind: 'task',
        name: 'RangeError',
        message: 'too large',
        place: { line: 3 },
        job: { task: 'check', arguments: '3' },
      },
    });
    expect(snapshot().error?.stack).toMatch(/script\.js:3:\d+/);
    // The task's code is the same, so its result is in the cache, but its lines are others.
    expect(await live.run(`// One more line.\n${source}await run(check(3));`)).toMatchObject({
      error: { place: { line: 4 } },
    });
    expect(await live.run(`${source}await run(local(3));`)).toMatchObject({
      error: { name: 'TypeError', place: { line: 8 } },
    });
    expect(await live.run(`${source}\nnull.thing;`)).toMatchObject({
      error: { kind: 'script', name: 'TypeError', place: { line: 15 } },
    });
    expect(await live.run('const a = 1;\u2028\r\nconst b = 2;\rthrow new Error(a + b);\n')).toMatchObject({
      error: { place: { line: 3 } },
    });
    expect(await live.run(`${source}run(check(3));`)).toMatchObject({
      status: 'failed',
      error: { message: 'too large' },
    });
  });
});

describe('what scripts may do', () => {
  test('a script that cannot be looked over, or replaces what it finds, fails with its reason', async () => {
    const { live } = liveScript({ cache: false, size: 1 });
    for (const [source, message] of [
      ['Error = null;\nnull.thing;', 'null'],
      ['Error = null;\nthrow 1;', '1'],
      ['performance = undefined;\nconsole.log(1);', 'undefined'],
      ['throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } });', 'it has no text'],
      // Too deep for the slicer, but not for the parser: how deep that is, is the engine's business.
      [
        `import { schedule } from 'somen/web';
export const f = schedule((x) => x${'+1'.repeat(900)});
throw new Error('as deep as it gets');`,
        '',
      ],
    ] as const)
      expect(await live.run(source)).toMatchObject({
        status: 'failed',
        error: { message: expect.stringContaining(message) },
      });
    expect(await live.run('({ get a() { throw new Error("not now"); } });')).toMatchObject({
      values: [{ text: '[cannot be shown: not now]' }],
    });
    expect(valuesOf(await live.run("'a text';"))).toEqual({ last: 'a text' });
  });

  test('a task that is hidden from the slicer, or sends messages, is told what to do', async () => {
    const { live } = liveScript({ cache: false, size: 1 });
    const hidden = `const { run, schedule } = await import('somen/web');
const f = schedule(function f(x) { return x; });
await run(f(1));`;
    expect(await live.run(hidden)).toMatchObject({
      error: { kind: 'refused', message: expect.stringContaining('import { schedule }'), job: { task: 'f' } },
    });
    // The page took it for the word of a worker that is free, and gave it to the next script.
    const sending = `import { run, schedule } from 'somen/web';
const f = schedule(function f(x) { postMessage(x); for (;;); });
await run(f(1));`;
    expect(await live.run(sending)).toMatchObject({
      error: { kind: 'task', message: expect.stringContaining('Return the value') },
    });
  });

  test('a display is told the texts of calls', async () => {
    const calls: JobCall[] = [];
    const none = (): void => undefined;
    const { live } = liveScript({
      cache: false,
      size: 1,
      store: { call: (call: JobCall) => void calls.push(call), log: none, warning: none },
    });
    await live.run(`import { run, schedule } from 'somen/web';
const f = schedule(function f(x) { return x; }, { display: 'Doing {x}', confirm: true });
await run(f(1));`);
    expect(calls).toMatchObject([{ name: 'f', display: 'Doing 1', confirm: true }]);
  });
});

describe('workers', () => {
  test('of workers that do not start, the result says so, and why', async () => {
    const create = (): Worker =>
      new Worker(new URL('fixtures/throwing-worker.ts', import.meta.url), { type: 'module' });
    const { live } = liveScript({ create });
    expect(await live.run('1')).toMatchObject({ status: 'failed', error: { kind: 'worker' } });
    // Nor does it hold up the next one.
    expect(await live.run('2')).toMatchObject({ status: 'failed', error: { kind: 'worker' } });
  });

  test('a worker that cannot run scripts ends, as does one that is still to answer when all is closed', async () => {
    const ended: string[] = [];
    const create = (answer: string) => (): Worker => {
      const text = `onmessage = () => postMessage(${answer});`;
      const worker = new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
      const terminate = worker.terminate.bind(worker);
      worker.terminate = () => {
        ended.push(answer);
        terminate();
      };
      return worker;
    };
    const unable = '{ type: "unable", reason: "no blobs here" }';
    const { live } = liveScript({ create: create(unable) });
    expect(await live.run('1')).toMatchObject({ error: { kind: 'worker', message: 'no blobs here' } });
    let running: Promise<LiveResult> | undefined;
    await new Promise<void>((begun) => {
      const { live: silent } = liveScript({
        create: () => {
          queueMicrotask(() => {
            silent.close();
            begun();
          });
          return create('{}')();
        },
      });
      running = silent.run('1');
    });
    expect(await running).toMatchObject({ status: 'stopped' });
    expect(ended).toEqual([unable, '{}']);
  });

  test('two runs of a script at a time, each with an executor, get workers even if they wait for each other', async () => {
    const { live } = liveScript({ cache: false });
    const channel = crypto.randomUUID();
    const source = `import { run, schedule, workers } from 'somen/web';
const follow = schedule(async function follow(own) {
  const channel = new BroadcastChannel('${channel}');
  await new Promise((resolve) => (channel.onmessage = ({ data }) => data === 'lead' && resolve()));
  channel.postMessage(own);
  return own;
});
const lead = schedule(async function lead(...others) {
  const channel = new BroadcastChannel('${channel}');
  const missing = new Set(others);
  const met = new Promise((resolve) => {
    channel.onmessage = ({ data }) => missing.delete(data) && missing.size === 0 && resolve();
  });
  const timer = setInterval(() => channel.postMessage('lead'), 5);
  await met;
  clearInterval(timer);
  return 'met';
});
await Promise.all([run([follow(1), follow(2)]), run(lead(1, 2), { executor: workers({ size: 1 }) })]);`;
    expect(valuesOf(await live.run(source))).toEqual({ last: [[1, 2], 'met'] });
  });

  test('a worker stays from run to run, until it has loaded much that nobody needs any more', async () => {
    const started: string[] = [];
    const create = (name: string): Worker => {
      started.push(name);
      return new Worker(new URL('fixtures/live-worker.ts', import.meta.url), { type: 'module' });
    };
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    const modules = Object.fromEntries(
      numbers.map((index) => [`./m${index}.js`, `export const a = ${index}; export const b = -a;`]),
    );
    const { live } = liveScript({ size: 1, create, modules, cache: false });
    const source = (name: string): string => `import { run, schedule } from 'somen/web';
${numbers.map((index) => `import { ${name} as x${index} } from './m${index}.js';`).join('\n')}
const sum = schedule(function sum() { return ${numbers.map((index) => `x${index}`).join(' + ')}; });
await run(sum());`;
    const workers: number[] = [];
    for (const name of ['a', 'b', 'a', 'b']) {
      expect(valuesOf(await live.run(source(name)))).toEqual({ last: name === 'a' ? 435 : -435 });
      workers.push(started.filter((one) => one !== 'somen-live-script').length);
    }
    expect(workers).toEqual([1, 1, 1, 2]);
  });
});

describe('stopping', () => {
  test.each([
    ['the program', 'console.log("begun"); for (;;);'],
    ['a task', 'const f = schedule(function f() { console.log("begun"); for (;;); }); await run(f());'],
    [
      'a task that waits',
      'const f = schedule(async function f() { console.log("begun"); await new Promise(() => {}); }); await run(f());',
    ],
  ])('stop ends %s that would never end, and the next source runs', async (_what, body) => {
    const { live, lines, snapshot } = liveScript();
    const running = live.run(`import { run, schedule } from 'somen/web';\n${body}`);
    await until(snapshot, ({ jobs }) => lines.length > 0 || jobs.some(({ state }) => state === 'running'));
    await live.stop();
    expect(await running).toMatchObject({ status: 'stopped' });
    expect(snapshot().status).not.toBe('running');
    expect(valuesOf(await live.run(DIAMOND))).toMatchObject({ last: 14 });
    expect(snapshot().status).toBe('done');
  });

  test('of sources in quick succession only the last one has a result, and what was computed is remembered', async () => {
    const { live, snapshot } = liveScript();
    const source = (end: string): string => `import { run, schedule } from 'somen/web';
const quick = schedule(function quick(x) { return x + 1; });
const slow = schedule(async function slow(x) { for (;;) await new Promise((resolve) => setTimeout(resolve, 5)); });
${end}`;
    const first = live.run(source('await run(slow(quick(1)));'));
    await until(snapshot, ({ summary }) => summary.ran === 1);
    const others = Array.from({ length: 5 }, (_, index) => live.run(source(`for (;;) await run(slow(${index}));`)));
    const last = live.run(source('await run(quick(1));'));
    expect((await Promise.all([first, ...others])).map(({ status }) => status)).toEqual(
      Array.from({ length: 6 }, () => 'stopped'),
    );
    expect(valuesOf(await last)).toEqual({ last: 2 });
    expect(snapshot().summary).toMatchObject({ ran: 0, retrieved: 1 });
  });

  test('run after close is refused, and close settles what runs', async () => {
    const { live } = liveScript();
    const running = live.run('await new Promise(() => {});');
    live.close();
    expect(await running).toMatchObject({ status: 'stopped' });
    await expect(live.run('1')).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });
});
