#!/usr/bin/env node
/** Asks `stat`, a program of its own, about many files at a time. Where it fails, so does one line of the table. */
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { failed, inline, map, maybe, run, schedule } from 'somen/node';

const HELP = `Usage: node stat.mjs [FILE...]

Prints mode and size of each file. It needs the stat of GNU or BusyBox, as on Linux.

  --help     print this`;

/** What `stat` says of a file. Its error, where it ends with one, is a value like any other: `maybe` makes it one. */
const statFile = schedule(
  maybe(async function statFile(path) {
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout } = await promisify(execFile)('stat', ['-c', '%A %10s %n', '--', path], { env });
    return stdout.trim();
  }),
);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h', default: false } },
});
if (values.help) console.log(HELP);
else await printTable(positionals.length > 0 ? positionals : ['/dev/null', 'does-not-exist', '/home', '/bin/sh']);

async function printTable(paths) {
  // Each job waits for a process of its own, so they need no threads: four at a time.
  const results = await run(map(statFile, paths), { executor: inline({ concurrency: 4 }), display: false });
  const width = Math.max(...paths.map((path) => path.length));
  for (const [index, result] of results.entries())
    console.log(
      `stat ${paths[index].padEnd(width)} -> ${failed(result) ? `failed: ${reasonOf(result.error)}` : result}`,
    );
  process.exitCode = results.some(failed) ? 1 : 0;
}

/** What the program wrote about its failure; where it could not be started, what the system says. */
function reasonOf({ stderr, message }) {
  return (stderr || message).trim();
}
