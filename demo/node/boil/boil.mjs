#!/usr/bin/env node
/** Boil, a make tool: compiles what is out of date, and nothing else. `boil.mjs --help` tells how it is used. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { fancyDisplay, fileCache, inline, plainDisplay, run } from 'somen/node';
import { CommandFailed, execute, interruption } from './compiler.mjs';
import { readConfig, UsageError } from './config.mjs';
import { makeTarget } from './tasks.mjs';

const HELP = `Usage: node boil.mjs [options] [target]

Builds a target of boil.ini; the first one that is a program, if none is named. 'list' lists them.

  -C DIR     go to DIR first
  -j N       run N compilers at the same time; default: one a core
  --dumb     print lines without control codes
  --help     print this`;

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interruption.abort(new Interrupted(signal)));

class Interrupted extends Error {
  name = 'Interrupted';
}

process.exitCode = await main().catch(exitCodeOf);

/** @returns {Promise<number>} the exit code */
async function main() {
  const { options, target } = parse(process.argv.slice(2));
  if (options.help) return say(HELP);
  enter(options.directory);
  const targets = readConfig('boil.ini');
  if (target === 'list') return say(`Possible targets: ${[...targets.keys()].join(', ')}`);
  const name = target ?? [...targets].find(([, { command }]) => command === undefined)?.[0];
  const section = targets.get(name);
  if (section === undefined)
    throw new UsageError(
      `Cannot build ${name ?? 'a program'}: the targets of boil.ini are ${[...targets.keys()].join(', ')}`,
    );
  if (section.command !== undefined) return spawnSync(section.command, { shell: true, stdio: 'inherit' }).status ?? 1;
  return build(section, options);
}

function enter(directory) {
  try {
    process.chdir(directory);
  } catch (error) {
    throw new UsageError(`Cannot go to ${directory}: ${error.message}`, { cause: error });
  }
}

function parse(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        directory: { type: 'string', short: 'C', default: '.' },
        jobs: { type: 'string', short: 'j', default: String(availableParallelism()) },
        dumb: { type: 'boolean', default: !process.stdout.isTTY },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (!/^[1-9]\d{0,3}$/.test(values.jobs))
      throw new UsageError(`Cannot run ${values.jobs} compilers: give -j a number`);
    if (positionals.length > 1) throw new UsageError(`Cannot build ${positionals.join(' and ')}: name one target`);
    return { options: values, target: positionals[0] };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(error.message, { cause: error });
  }
}

async function build(section, { jobs, dumb }) {
  for (const key of ['cc', 'ext', 'target'])
    if (section[key] === undefined) throw new UsageError(`Cannot build: boil.ini says nothing of '${key}'`);
  // Compilers that colour what they write also erase the rest of its lines, where a display may have drawn something.
  const show = (text) => (dumb ? stripVTControlCharacters(text) : text.replaceAll('\u001B[K', ''));
  const { stdout } = await execute([section.cc, '--version']);
  const [version] = stdout.split('\n');
  const running = run(makeTarget(section.target, section, version), {
    display: (dumb ? plainDisplay : fancyDisplay)({
      stream: process.stdout,
      errorFilter: (error) => explain(error, show),
      summary: false,
    }),
    // The work is done by processes of their own, so no threads are needed here.
    executor: inline({ concurrency: Number(jobs) }),
    cache: fileCache(join(section.objdir ?? 'obj', '.boil')),
    // Each file is looked at, also those that an up-to-date program no longer needs.
    lookup: 'leaf-first',
    // An error in one file does not keep the others from being compiled.
    onError: 'continue',
    signal: interruption.signal,
  });
  try {
    const { warnings } = await running;
    process.stderr.write(show(warnings.join('')));
  } catch (error) {
    if (interruption.signal.aborted) throw error;
    return 1; // The display has told why.
  }
  // The job that draws the workflow always runs.
  if (running.summary.ran === 1) say(`${section.target} is up to date`);
  return 0;
}

/** What a display shows of a failure that users bring about: of a compiler's, what it wrote. Others are bugs of Boil. */
function explain(error, show) {
  if (error instanceof CommandFailed) return show(error.stderr);
  return error instanceof UsageError ? error.message : undefined;
}

function say(text) {
  console.log(text);
  return 0;
}

/** Tells what went wrong, and how the process should end. */
function exitCodeOf(error) {
  if (error instanceof Interrupted) return error.message === 'SIGINT' ? 130 : 143;
  const isExpected = error instanceof UsageError || error instanceof CommandFailed;
  console.error(isExpected ? error.message : error);
  return error instanceof UsageError ? 2 : 1;
}
