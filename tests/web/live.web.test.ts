/** Programs that run as one types them. */
import { createRunStore, type RunSnapshot } from 'somen/web';
import {
  createLiveScript,
  type ConsoleLine,
  type LiveResult,
  type LiveScript,
  type LiveScriptOptions,
} from 'somen/live';
import { describe, expect, onTestFinished, test } from 'vitest';

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
  expect(result, JSON.stringify(result)).toMatchObject({ status: 'done' });
  return result.status === 'done'
    ? Object.fromEntries(result.values.map((one) => [one.name ?? 'last', one.value]))
    : {};
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

describe('programs', () => {
  test('run computes a diamond, and tells its values, its jobs and what it wrote', async () => {
    const { live, lines, snapshot } = liveScript();
    const result = await live.run(DIAMOND);
    expect(valuesOf(result)).toEqual({ pair: [3, new Date(0)], last: 14 });
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
});
