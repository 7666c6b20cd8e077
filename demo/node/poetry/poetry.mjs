#!/usr/bin/env node
/** Translating poetry: a first workflow, loops, words looked up in parallel, and what is remembered of them. */
import { parseArgs } from 'node:util';
import { fileCache, gather, inline, logging, memoryCache, run, schedule } from 'somen/node';
import { phraseSizes, sizesByWord } from './sizes.mjs';
import { promiseLine, translateLine } from './translate.mjs';

const HELP = `Usage: node poetry.mjs [options]

  --cache DIR        remember results in DIR: run it twice; default: only while it runs
  --edited VERSION   as if its last task had been edited, and said that it is of VERSION: with --cache, try 1.1, then 1.0
  --help             print this`;

const { values: options } = parseArgs({
  options: {
    cache: { type: 'string' },
    edited: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const cache = options.cache === undefined ? memoryCache() : fileCache(options.cache);

const SHAKESPEARE = [
  'If music be the food of love, play on,',
  'Give me excess of it; that surfeiting,',
  'The appetite may sicken, and so die.',
];

/** Calls of scheduled functions compute nothing: they draw a diamond, which `run` computes. */
async function firstExample() {
  const add = schedule((a, b) => a + b, { name: 'poetry/add' });
  const sub = schedule((a, b) => a - b, { name: 'poetry/sub' });
  const mul = schedule((a, b) => a * b, { name: 'poetry/mul' });
  const u = add(5, 4);
  const v = sub(u, 3);
  const w = sub(u, 2);
  console.log(`The answer is ${await run(mul(v, w), { executor: inline(), display: false })}.`);
}

/** No workflow yet: a loop over lines, and in it one over words. */
async function loops() {
  print('Original:', SHAKESPEARE);
  for (const [language, title] of Object.entries({ de: 'Auf Deutsch:', fy: 'Yn it Frysk:', da: 'På Dansk:' })) {
    const lines = [];
    for (const line of SHAKESPEARE) lines.push(await translateLine(language, line));
    print(title, lines);
  }
}

/** `gather` makes one promise of many. All words are looked up at the same time. */
async function inParallel() {
  const start = performance.now();
  for (const line of SHAKESPEARE) await translateLine('eo', line);
  const middle = performance.now();
  const workflow = gather(...SHAKESPEARE.map((line) => promiseLine('eo', line)));
  const lines = await run(workflow, { executor: inline({ concurrency: 100 }), display: false });
  const end = performance.now();
  print('En Esperanto:', lines);
  console.log(`${Math.round(middle - start)} ms one word after the other, ${Math.round(end - middle)} ms in parallel`);
}

/** A word that was met before is not measured again: in the same phrase it is attached, in a later one retrieved. */
async function repetition() {
  await runAndPrintLog(phraseSizes('Oote oote oote, Boe'));
  await runAndPrintLog(phraseSizes('Oe oe oote oote oote'));
}

/**
 * A phrase as a task of its own, which returns the workflow of its words. What it says of its version is believed: edited,
 * it is computed again under a new version, and under the old one the old result is found.
 */
async function versions() {
  const edited = options.edited !== undefined;
  const version = options.edited ?? '1.0';
  const sizes = schedule(edited ? sizesByWord : phraseSizes, { name: 'poetry/sizes', version });
  console.log(`Version ${version}, which gives a ${edited ? 'map' : 'text'}`);
  await runAndPrintLog(sizes('Kneu kneu kneu kneu ote kneu eur'));
}

/** Prints what becomes of each job. `leaf-first`: each is looked for when its arguments are known. */
async function runAndPrintLog(workflow) {
  const display = logging({ time: false, width: 100 });
  const running = run(workflow, { cache, lookup: 'leaf-first', executor: inline(), display });
  const value = await running;
  const { ran, attached, retrieved } = running.summary;
  console.log(
    `=> ${value instanceof Map ? JSON.stringify(Object.fromEntries(value)) : value}   (${ran} ran, ${attached} attached, ${retrieved} retrieved)\n`,
  );
}

function print(title, lines) {
  console.log([title, ...lines.map((line) => `  ${line}`), ''].join('\n'));
}

if (options.help) console.log(HELP);
else
  for (const [title, chapter] of Object.entries({
    'First example': firstExample,
    'Making loops': loops,
    'In parallel': inParallel,
    'Dealing with repetition': repetition,
    Versions: versions,
  })) {
    console.log(`\n${title}\n${'='.repeat(title.length)}`);
    await chapter();
  }
