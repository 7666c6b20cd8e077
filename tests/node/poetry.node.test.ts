/** The poetry example of seed 001: exactly which jobs run, attach and are retrieved. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  fileCache,
  inline,
  keyOf,
  logging,
  run,
  schedule,
  workers,
  type Executor,
  type JobEvent,
  type Promised,
  type RunOptions,
  type RunSummary,
} from 'somen/node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { format, phraseSizes, sizes, sizesByWord, wordSize } from './fixtures/poetry.mjs';
import { eventsOf, temporaryFolder } from './support/pool.ts';

const BOE = 'Oote oote oote, Boe';
const OOTE = 'Oe oe oote oote oote';
const KNEU = 'Kneu kneu kneu kneu ote kneu eur';

/** The seed looks up each call once its arguments are there. */
const options = { lookup: 'leaf-first', display: false } as RunOptions;

/** What happened to which calls, in the order of their names. */
interface Account {
  readonly value: unknown;
  readonly summary: RunSummary;
  readonly done: readonly string[];
  readonly attached: readonly string[];
  readonly retrieved: readonly string[];
  readonly expanded: readonly string[];
}

/** Calls by their keys, for the events to be read. */
const CALLS: ReadonlyMap<string, string> = new Map([
  ...['Oote', 'oote', 'Boe', 'Oe', 'oe', 'Kneu', 'kneu', 'ote', 'eur'].map(
    (word) => [keyOf(wordSize(word)), word] as const,
  ),
  [keyOf(format('{} {} {}, {}', 4, 4, 4, 3)), 'format'],
  [keyOf(format('{} {} {} {} {}', 2, 2, 4, 4, 4)), 'format'],
  [keyOf(format('{} {} {} {} {} {} {}', 4, 4, 4, 4, 3, 4, 3)), 'format'],
  [keyOf(sizes(KNEU)), 'sizes'],
]);

/** Runs a workflow as a program of its own would: with a cache of its own on the folder. */
async function account(value: Promised<unknown>, folder: string, executor: Executor): Promise<Account> {
  const running = run(value, { ...options, executor, cache: fileCache(folder) });
  const events = await eventsOf(running);
  const callsOf = (type: JobEvent['type']): string[] =>
    events.flatMap((event) => (event.type === type ? (CALLS.get(event.key ?? '') ?? event.name) : [])).sort();
  return {
    value: await running,
    summary: running.summary,
    done: callsOf('done'),
    attached: callsOf('attached'),
    retrieved: callsOf('retrieved'),
    expanded: callsOf('expanded'),
  };
}

/** Runs a phrase by the edited program, which says that it is of a version. */
async function edited(folder: string, version: string): Promise<readonly [value: string, summary: RunSummary]> {
  const script = fileURLToPath(new URL('./fixtures/scripts/poetry-edited.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder, version, KNEU]);
  const [value = '', summary = ''] = stdout.trim().split(/\n(?=\{"scheduled)/);
  return [value, JSON.parse(summary) as RunSummary];
}

function executorOf(kind: string): Executor {
  const executor = kind === 'inline' ? inline() : workers({ size: 4 });
  onTestFinished(() => executor.close());
  return executor;
}

describe.each(['inline', 'four workers'])('poetry, %s', (kind) => {
  test('a word that occurs twice in a phrase is measured once', async () => {
    const first = await account(phraseSizes(BOE), await temporaryFolder(), executorOf(kind));
    expect(first).toEqual({
      value: '4 4 4, 3',
      summary: { scheduled: 5, ran: 4, attached: 1, retrieved: 0, failed: 0 },
      done: ['Boe', 'Oote', 'format', 'oote'],
      attached: ['oote'],
      retrieved: [],
      expanded: [],
    });
  });

  test('a word of an earlier phrase is not measured again', async () => {
    const folder = await temporaryFolder();
    const executor = executorOf(kind);
    await account(phraseSizes(BOE), folder, executor);
    expect(await account(phraseSizes(OOTE), folder, executor)).toEqual({
      value: '2 2 4 4 4',
      summary: { scheduled: 6, ran: 3, attached: 0, retrieved: 3, failed: 0 },
      done: ['Oe', 'format', 'oe'],
      attached: [],
      retrieved: ['oote', 'oote', 'oote'],
      expanded: [],
    });
  });

  test('a phrase that is a task goes on with the workflow that it returned', async () => {
    const folder = await temporaryFolder();
    const executor = executorOf(kind);
    expect(await account(sizes(KNEU), folder, executor)).toEqual({
      value: '4 4 4 4 3 4 3',
      summary: { scheduled: 9, ran: 6, attached: 3, retrieved: 0, failed: 0 },
      done: ['Kneu', 'eur', 'format', 'kneu', 'ote', 'sizes'],
      attached: ['kneu', 'kneu', 'kneu'],
      retrieved: [],
      expanded: ['sizes'],
    });
    // Its words are known from it; putting them into a map is no job.
    expect(await account(sizesByWord(KNEU), folder, executor)).toEqual({
      value: new Map([
        ['Kneu', 4],
        ['kneu', 4],
        ['ote', 3],
        ['eur', 3],
      ]),
      summary: { scheduled: 4, ran: 0, attached: 0, retrieved: 4, failed: 0 },
      done: [],
      attached: [],
      retrieved: ['Kneu', 'eur', 'kneu', 'ote'],
      expanded: [],
    });
  });

  test('a version is believed: the result of the old function is found under it, and not under another', async () => {
    const folder = await temporaryFolder();
    await account(sizes(KNEU), folder, executorOf(kind));
    expect(await edited(folder, '1.0')).toEqual([
      '4 4 4 4 3 4 3',
      { scheduled: 9, ran: 0, attached: 0, retrieved: 9, failed: 0 },
    ]);
    const [value, summary] = await edited(folder, '1.1');
    expect(value).toMatch(/^Map\(4\) \{/);
    // The words are as they were.
    expect(summary).toEqual({ scheduled: 5, ran: 1, attached: 0, retrieved: 4, failed: 0 });
  });
});

test('logging tells of the phrases what the tutorial tells', async () => {
  const folder = await temporaryFolder();
  const logOf = async (phrase: string): Promise<readonly string[]> => {
    const lines: string[] = [];
    const display = logging({ time: false, write: (line) => void lines.push(line) });
    await run(phraseSizes(phrase), { executor: inline(), cache: fileCache(folder), display });
    return lines;
  };
  expect(await logOf(BOE)).toEqual([
    "job 0: wordSize('Oote')",
    "job 1: wordSize('oote')",
    "job 2: wordSize('oote')",
    "job 3: wordSize('Boe')",
    "result 0 [wordSize('Oote')]: done -> 4",
    "result 1 [wordSize('oote')]: done -> 4",
    "result 2 [wordSize('oote')]: attached -> 4",
    "result 3 [wordSize('Boe')]: done -> 3",
    "job 4: format('{} {} {}, {}', 4, 4, 4, 3)",
    "result 4 [format('{} {} {}, {}', 4, 4, 4, 3)]: done -> '4 4 4, 3'",
    '-end-of-queue-',
  ]);
  expect(await logOf(OOTE)).toEqual([
    "job 0: wordSize('Oe')",
    "job 1: wordSize('oe')",
    "job 2: wordSize('oote')",
    "job 3: wordSize('oote')",
    "job 4: wordSize('oote')",
    "result 2 [wordSize('oote')]: retrieved -> 4",
    "result 3 [wordSize('oote')]: retrieved -> 4",
    "result 4 [wordSize('oote')]: retrieved -> 4",
    "result 0 [wordSize('Oe')]: done -> 2",
    "result 1 [wordSize('oe')]: done -> 2",
    "job 5: format('{} {} {} {} {}', 2, 2, 4, 4, ... 1 more)",
    "result 5 [format('{} {} {} {} {}', 2, 2, 4, 4, ... 1 more)]: done -> '2 2 4 4 4'",
    '-end-of-queue-',
  ]);
  // Found from its end, without the words.
  expect(await logOf(OOTE)).toEqual([
    'job 5: format(…)',
    "result 5 [format(…)]: retrieved -> '2 2 4 4 4'",
    '-end-of-queue-',
  ]);
});

test('one program cannot have two functions of one name and version', () => {
  expect(() => schedule(sizesByWord, { name: 'poetry/sizes', version: '1.0' })).toThrow(
    /^Cannot schedule 'poetry\/sizes' twice/,
  );
});
