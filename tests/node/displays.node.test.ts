/** Displays for terminals: what they write, without a terminal's help. Those on real ones are in `displays-terminal`. */
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  createRuntime,
  fancyDisplay,
  gather,
  inline,
  maybe,
  memoryCache,
  plainDisplay,
  run,
  schedule,
  updateHints,
  type FancyDisplayOptions,
  type Promised,
  type ScreenStream,
} from 'somen/node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Pace, rateText, timeText } from '../../dist/node/displays/pace.js';
import { cut, printable, printableLines, widthOf } from '../../dist/node/displays/text.js';
import { screenLines } from '../support/terminal.js';

const HERE = fileURLToPath(import.meta.url);
/** How long a terminal is watched for what should appear. */
const PATIENCE = { timeout: 10_000, interval: 5 };

/** A stream that says it is a terminal, and keeps what is written. */
interface FakeTerminal extends ScreenStream {
  text: string;
  /** What stands there in the end: a slow run is drawn while it goes on. */
  lines(): Promise<readonly string[]>;
}

function terminal(columns = 80): FakeTerminal {
  return {
    isTTY: true,
    columns,
    rows: 24,
    text: '',
    write(text) {
      this.text += String(text);
      return true;
    },
    hasColors: () => false,
    lines() {
      return screenLines(this.text, 400, 24);
    },
  };
}

let unique = 0;
const name = (): string => `displays/${unique++}`;
const leaf = schedule((text: string) => text, { name: name(), version: '1', display: 'Leaf {text}', confirm: true });
const silent = schedule((text: string) => text, { name: name() });
const group = schedule(
  (title: string, parts: unknown) => gather(...(parts as string[]).map((part) => leaf(part)), title),
  {
    name: name(),
    version: '1',
    display: 'Group {title}',
  },
);
const fail = schedule(
  (message: string): string => {
    throw new RangeError(message, { cause: new Error('the cause') });
  },
  { name: name(), display: 'Failing {message}' },
);
const failSilently = schedule(
  (message: string): string => {
    throw Object.assign(new Error(message), { stack: undefined });
  },
  { name: name() },
);

async function shown(value: unknown, options: FancyDisplayOptions = {}, more: object = {}): Promise<readonly string[]> {
  const stream = terminal();
  await run(value, { executor: inline(), display: fancyDisplay({ stream, ...options }), ...more }).catch(
    () => undefined,
  );
  return stream.lines();
}

afterEach(() => vi.unstubAllEnvs());

describe('fancyDisplay', () => {
  test('fancyDisplay draws what a task returned as a group, also around others', async () => {
    const outer = schedule(
      (first: string) => gather(group(first, ['a', 'b']), group('two', ['c']), silent('x'), leaf('own')),
      { name: name(), display: 'All' },
    );
    expect(await shown(outer('one'))).toEqual([
      '╭─(All)',
      '│ ╭─(Group one)',
      // It does not wait for others.
      '│ Leaf own (✔)',
      '│ │ Leaf a (✔)',
      '│ │ Leaf b (✔)',
      '│ ╰─(success)',
      '│ ╭─(Group two)',
      '│ │ Leaf c (✔)',
      '│ ╰─(success)',
      '╰─(success)',
    ]);
  });

  test('fancyDisplay draws a task that goes on with itself as one line a step, and a deep recursion to a bounded depth', async () => {
    const count: (n: number) => unknown = schedule((n: number): unknown => (n === 0 ? 'done' : count(n - 1)), {
      name: name(),
      display: 'Step {n}',
    });
    expect(await shown(count(3))).toEqual(['Step 3', 'Step 2', 'Step 1', 'Step 0']);
    const down: (n: number) => Promised<number> = schedule(
      (n: number): number | Promised<number> => (n === 0 ? 0 : add(down(n - 1), 1)),
      { name: name(), display: 'Down {n}' },
    );
    const add = schedule((a: number, b: number) => a + b, { name: name() });
    const lines = await shown(down(100));
    expect(Math.max(...lines.map((line) => line.search(/[^│ ]/)))).toBe(12);
    expect(lines.filter((line) => line.includes('Down'))).toHaveLength(101);
    expect(lines.at(-1)).toBe('╰─(success)');
  });

  test('fancyDisplay does not tell what was in the cache, but counts it', async () => {
    const cache = memoryCache();
    await using runtime = createRuntime({ executor: inline(), cache });
    await runtime.run(leaf('a'), { display: false });
    const stream = terminal();
    await runtime.run(group('cached', ['a', 'b']), { display: fancyDisplay({ stream, summary: true }) });
    const lines = await stream.lines();
    expect(lines.slice(0, -1)).toEqual(['╭─(Group cached)', '│ Leaf b (✔)', '╰─(success, 1 retrieved)']);
    expect(lines.at(-1)).toMatch(/^Done: 3 jobs, 2 ran, 1 retrieved, in \d\.\d s$/);
  });

  test('fancyDisplay tells a failure where it happened: source, cause and call', async () => {
    const broken = schedule(() => gather(leaf('before'), fail('too large')), { name: name(), display: 'Broken' });
    const lines = await shown(broken());
    const line =
      1 +
      (await import('node:fs'))
        .readFileSync(HERE.replace('/dist/', '/'), 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('throw new RangeError'));
    expect(lines.slice(0, 5)).toEqual([
      '╭─(Broken)',
      '│ Leaf before (✔)',
      '│ Failing too large (✗)',
      '│   RangeError: too large',
      expect.stringContaining('│     at '),
    ]);
    const text = lines.join('\n');
    expect(text).toContain('│   caused by Error: the cause');
    expect(text).toContain(`displays.node.test.ts:${line}:`);
    expect(text).toMatch(
      new RegExp(String.raw`│   > +${line} \|     throw new RangeError\(message, .*\n│ +\| {10,}\^\n`),
    );
    expect(text).toMatch(/│ {3}call +displays\/\d+\('too large'\)\n/);
    expect(lines.at(-1)).toBe('╰─(failed)');
  });

  test('fancyDisplay shows where a task was scheduled when the error does not tell', async () => {
    const text = (await shown(failSilently('lost'))).join('\n');
    expect(text).toMatch(
      /^✗ displays\/\d+\('lost'\)\n {2}Error: lost\n\n {2}scheduled at .*displays\.node\.test\.ts:\d+:\d+\n/,
    );
    expect(text).toContain('const failSilently = schedule(');
  });

  test('fancyDisplay shows of an expected error only what the filter says, without what would drive the terminal', async () => {
    const errorFilter = (error: unknown): string | undefined =>
      error instanceof RangeError ? `a.c:1: \u001b[31m${error.message}\u001b[0m\u001b[2J\n\tsecond line\n` : undefined;
    expect(await shown(fail('expected'), { errorFilter })).toEqual([
      'Failing expected (✗)',
      String.raw`a.c:1: expected\u001b[2J`,
      '    second line',
    ]);
  });

  test('fancyDisplay tells each failure of a run that goes on once', async () => {
    const twice = gather(fail('first'), updateHints(fail('second'), { display: 'Other {0}' }), leaf('good'));
    const lines = await shown(twice, {}, { onError: 'continue' });
    expect(lines.filter((line) => /^(?:Failing|Other|Leaf|✗)/.test(line))).toEqual([
      'Failing first (✗)',
      'Other second (✗)',
      'Leaf good (✔)',
      expect.stringContaining('✗ Cannot finish: 2 of 3 jobs failed'),
    ]);
    const primitive = schedule(
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- as users' code may
        throw 'a text';
      },
      { name: name() },
    );
    expect((await shown(primitive())).filter((line) => line.includes('a text'))).toHaveLength(1);
  });

  test('fancyDisplay leaves failures to who catches them, where it is told so, and says nothing of an abort', async () => {
    expect(await shown(fail('quiet'), { failures: false })).toEqual(['Failing quiet (✗)']);
    const hangs = schedule(() => setTimeout(60_000), { name: name(), display: 'Hanging' });
    const outer = schedule(() => silent(gather(leaf('a'), hangs()) as never), {
      name: name(),
      display: 'Stopped group',
    });
    const stream = terminal();
    const going = run(outer(), {
      executor: inline({ concurrency: 2 }),
      display: fancyDisplay({ stream }),
      signal: AbortSignal.timeout(50),
    });
    await expect(going).rejects.toThrow('timeout');
    expect(await stream.lines()).toEqual(['╭─(Stopped group)', '│ Leaf a (✔)', '╰─(stopped)']);
  });

  test('fancyDisplay closes the group of what cannot run any more', async () => {
    const needs = schedule((title: string) => silent(fail(title)), { name: name(), display: 'Needs {title}' });
    const lines = await shown(gather(needs('x'), group('fine', ['a'])), { failures: false }, { onError: 'continue' });
    expect(lines).toEqual([
      '╭─(Needs x)',
      '│ Failing x (✗)',
      '╰─(failed)',
      '╭─(Group fine)',
      '│ Leaf a (✔)',
      '╰─(success)',
    ]);
  });

  test('fancyDisplay ends a group whose result is that of a job from outside of it, when that is there', async () => {
    const inner = schedule(() => setTimeout(1).then(() => leaf('within')), { name: name() });
    const shared = inner();
    const sharing = schedule(() => shared as never, { name: name(), display: 'Sharing', main: true });
    const after = schedule((_done: unknown) => leaf('after'), { name: name() });
    expect(await shown(gather(after(shared), sharing()), {}, { executor: inline({ concurrency: 2 }) })).toEqual([
      '╭─(Sharing)',
      'Leaf within (✔)',
      '╰─(success)',
      'Leaf after (✔)',
    ]);
  });

  test('fancyDisplay marks a failure that is a value as one', async () => {
    const check = schedule(
      maybe((text: string) => {
        if (text === 'odd') throw new Error('odd');
        return text;
      }),
      { name: name(), version: '1', display: 'Checking {0}', confirm: true },
    );
    const lines = await shown(gather(check('even'), check('odd')));
    expect(lines.toSorted()).toEqual(['Checking even (✔)', 'Checking odd (✗)']);
  });

  test('fancyDisplay shows two runs at once whole, although they share it', async () => {
    const stream = terminal();
    await using runtime = createRuntime({ executor: inline(), display: fancyDisplay({ stream }) });
    await Promise.all([runtime.run(gather(leaf('a'), leaf('b'))), runtime.run(gather(leaf('c'), leaf('d')))]);
    expect((await stream.lines()).toSorted()).toEqual(['a', 'b', 'c', 'd'].map((text) => `Leaf ${text} (✔)`));
  });

  test('fancyDisplay draws on when somebody has written a line that ends with a code', async () => {
    const stream = terminal();
    let end: () => void = () => undefined;
    const waits = schedule(() => new Promise<void>((resolve) => (end = resolve)), {
      name: name(),
      display: 'Waiting',
      main: true,
    });
    const going = run(waits(), { executor: inline(), display: fancyDisplay({ stream }) });
    await vi.waitUntil(() => stream.text.includes('0/1 jobs'), PATIENCE);
    stream.write('\u001b[31mred\n\u001b[0m');
    const { length } = stream.text;
    await vi.waitUntil(() => stream.text.includes('0/1 jobs', length), PATIENCE);
    end();
    await going;
    expect(await stream.lines()).toEqual(['red', 'Waiting']);
  });

  test('fancyDisplay cuts texts to the terminal, and shows what would drive it', async () => {
    const stream = terminal(24);
    await run(leaf('日本語\u001b[2J\u202e'.repeat(3)), { executor: inline(), display: fancyDisplay({ stream }) });
    const [line = ''] = await stream.lines();
    expect(line).toMatch(/^Leaf 日本語\\u001b\[.*… \(✔\)$/u);
    expect(widthOf(line)).toBeLessThanOrEqual(24);
    expect(stream.text).not.toContain('\u001b[2J');
  });

  test('fancyDisplay heeds NO_COLOR and FORCE_COLOR', async () => {
    const colours = async (variable: string): Promise<boolean> => {
      const stream = { ...terminal(), hasColors: () => true };
      vi.stubEnv('NO_COLOR', '');
      vi.stubEnv('FORCE_COLOR', undefined);
      if (variable !== '') vi.stubEnv(variable, '1');
      await run(leaf('a'), { executor: inline(), display: fancyDisplay({ stream }) });
      return stream.text.includes('\u001b[32m✔');
    };
    expect([await colours(''), await colours('NO_COLOR'), await colours('FORCE_COLOR')]).toEqual([true, false, true]);
  });
});

describe('plainDisplay', () => {
  test('plainDisplay tells what has a text, one line each, without control codes', async () => {
    const stream = { ...terminal(), isTTY: false };
    const value = gather(group('one', ['a', 'b']), silent('x'), fail('now'));
    await run(value, {
      executor: inline(),
      display: plainDisplay({ stream, errorFilter: () => '\u001b[31mexpected' }),
      onError: 'continue',
    }).catch(() => undefined);
    // oxlint-disable-next-line no-control-regex -- those that should not be there
    expect(stream.text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(await stream.lines()).toEqual([
      'Group one',
      'Failing now failed',
      'expected',
      'Leaf a done',
      'Leaf b done',
      'Group one: success',
      expect.stringContaining('✗ Cannot finish: 1 of 5 jobs failed'),
      expect.stringMatching(/^Failed: 5 jobs, 4 ran, 1 failed, in \d\.\d s$/),
    ]);
  });

  test('plainDisplay tells a failure on each stream that there is a display for', async () => {
    const streams = [terminal(), terminal(), terminal()];
    const display = streams.map((stream, index) => (index === 0 ? fancyDisplay : plainDisplay)({ stream }));
    await run(fail('everywhere'), { executor: inline(), display }).catch(() => undefined);
    for (const { text } of streams) expect(text.split('RangeError: everywhere')).toHaveLength(2);
  });

  test('plainDisplay tells all jobs as logging does', async () => {
    const stream = terminal();
    await run(silent('x'), { executor: inline(), display: plainDisplay({ stream, jobs: 'all', summary: false }) });
    expect((await stream.lines()).map((line) => line.replace(/^.{23} - /, ''))).toEqual([
      expect.stringMatching(/^job 0: displays\/\d+\('x'\)$/),
      expect.stringMatching(/^result 0 \[.*\]: done -> 'x'$/),
      '-end-of-queue-',
    ]);
  });

  test('fancyDisplay is plainDisplay where there is no terminal, or a dumb one', async () => {
    const stream = { ...terminal(), isTTY: false };
    await run(leaf('a'), { executor: inline(), display: fancyDisplay({ stream }) });
    vi.stubEnv('TERM', 'dumb');
    const dumb = terminal();
    await run(leaf('a'), { executor: inline(), display: fancyDisplay({ stream: dumb }) });
    expect([stream.text, dumb.text]).toEqual(['Leaf a done\n', 'Leaf a done\n']);
  });
});

describe('texts for terminals', () => {
  test('printable and printableLines show control codes and keep colours only', () => {
    expect(printable('a\u001b[2J\nb\u0085\u202e')).toBe(String.raw`a\u001b[2J\nb\x85\u202e`);
    expect(printableLines('\u001b[1mbold\u001b[0m\u001b]0;title\u0007\r\nnext\n\n', true)).toEqual([
      '\u001b[1mbold\u001b[0m' + String.raw`\u001b]0;title\u0007` + '\u001b[0m',
      'next\u001b[0m',
    ]);
  });

  test('cut leaves no half of a wide character', () => {
    expect(['日本語', 'abc', '👩‍🚀👩‍🚀', 'abcdef'].map((text) => cut(text, 4))).toEqual(['日…', 'abc', '👩‍🚀👩‍🚀', 'abc…']);
    expect(cut('abc', 0)).toBe('');
  });

  test('Pace tells the rate of late, once it can', () => {
    const pace = new Pace(0);
    expect(pace.rate(1000, 50)).toBeUndefined();
    expect(pace.rate(2000, 100)).toBe(50);
    for (let time = 2000; time <= 20_000; time += 100) pace.rate(time, 100 + (time - 2000) / 1000);
    expect(pace.rate(20_000, 118)).toBeCloseTo(1, 1);
    expect([rateText(35.4), rateText(1.25), rateText(0.2)]).toEqual(['35/s', '1.3/s', '12/min']);
    expect([timeText(440), timeText(12_300), timeText(303_000), timeText(7_800_000)]).toEqual([
      '0.4 s',
      '12 s',
      '5 min 3 s',
      '2 h 10 min',
    ]);
  });
});
