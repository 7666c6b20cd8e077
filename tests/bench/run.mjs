/** The benchmarks: ours beside the peers, in one run. See README.md. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { ensurePeers } from './support/install.mjs';
import { createLab } from './support/lab.mjs';
import { describeLoad, describeMachine, isBusy } from './support/machine.mjs';
import { alignedTable, markdownTable } from './support/table.mjs';

const HELP = `npm run bench -- [filter...] [options]

Measures somen beside its peers. Only benches whose names contain a filter, if any is given.

  --quick            small and few: shows that the benches work; the figures say little
  --rounds N         samples of each contestant, of which the median counts (default 5; with --quick 3)
  --json FILE        writes the figures
  --markdown FILE    writes the tables for a README
  --pictures FOLDER  draws what there are pictures of, as SVG
  --cpu-prof FOLDER  writes a profile of each process of Node
  --list             names the benches
  --help`;

const { values, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    json: { type: 'string' },
    markdown: { type: 'string' },
    pictures: { type: 'string' },
    'cpu-prof': { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
  allowPositionals: true,
});
if (values.help) console.log(HELP);
else process.exitCode = await main();

async function main() {
  ensurePeers();
  // Only now: it imports the peers.
  const { benches } = await import('./benches.mjs');
  if (values.list) return print(benches.map(({ name, about }) => `${name.padEnd(18)}${about}`).join('\n'));
  const chosen = benches.filter(
    ({ name }) => positionals.length === 0 || positionals.some((filter) => name.includes(filter)),
  );
  if (chosen.length === 0) return refuse(`There is no bench '${positionals.join("', '")}': see --list`);
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
  if (!Number.isInteger(rounds) || rounds < 1)
    return refuse(`Cannot measure ${values.rounds} rounds: it must be a whole number from 1`);
  return measure(chosen, { quick: values.quick, rounds });
}

/**
 * @param {readonly import('./support/bench.mjs').Bench[]} chosen
 * @param {import('./support/bench.mjs').Scale} scale
 */
async function measure(chosen, scale) {
  if (isBusy()) console.error(`The machine is busy (${describeLoad()}): figures of several threads will be too low`);
  const lab = createLab({ cpuProfiles: values['cpu-prof'] });
  const results = [];
  try {
    for (const bench of chosen) {
      const load = describeLoad();
      console.error(`${bench.name}: ${bench.about} (${load}) ...`);
      const tables = await bench.run(scale, lab);
      results.push({ name: bench.name, load, tables });
      print(tables.map(alignedTable).join('\n'));
    }
  } finally {
    await lab.close();
  }
  await report(results, describeMachine(lab.browser()), scale);
  return 0;
}

/**
 * @param {{ name: string, load: string, tables: import('./support/bench.mjs').Table[] }[]} results
 * @param {string} machine
 * @param {import('./support/bench.mjs').Scale} scale
 */
async function report(results, machine, scale) {
  const method = `Medians of ${scale.rounds}, contestants in turn${scale.quick ? ', --quick' : ''}. ${machine}`;
  print(method);
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify({ machine, ...scale, results }, undefined, 2)}\n`);
  const tables = results.flatMap((result) => result.tables);
  if (values.markdown !== undefined)
    await writeFile(values.markdown, [...tables.map(markdownTable), method, ''].join('\n'));
  if (values.pictures !== undefined) await draw(tables, values.pictures);
}

/**
 * @param {import('./support/bench.mjs').Table[]} tables
 * @param {string} folder
 */
async function draw(tables, folder) {
  // Only now: it imports much.
  const { drawPicture } = await import('./support/picture.mjs');
  await mkdir(folder, { recursive: true });
  for (const { picture } of tables)
    if (picture !== undefined) await writeFile(join(folder, `${picture.name}.svg`), drawPicture(picture));
}

/** @param {string} text */
function print(text) {
  console.log(text);
  return 0;
}

/** @param {string} message */
function refuse(message) {
  console.error(message);
  return 2;
}
