#!/usr/bin/env node
/** The program `somen`. */
import { SomenError } from '../../core/errors.ts';
import { ownVersion } from '../own-version.ts';
import { CACHE } from './cache.ts';
import { parse, UsageError, type Command } from './command.ts';
import { GRAPH } from './graph.ts';
import { printHelp } from './help.ts';
import { JOBS } from './jobs.ts';
import { LOG } from './log.ts';
import { nearest } from '../../core/nearest.ts';
import { PILOT } from './pilot.ts';
import { PROFILES } from './profiles.ts';
import { REPORT } from './report-page.ts';
import { RUN } from './run.ts';
import { SESSIONS } from './sessions.ts';
import { SHOW } from './show.ts';
import { note, print } from './terminal.ts';
import { TRACE } from './trace.ts';
import { WHY } from './why.ts';
import { WORKER } from './worker.ts';

const PROGRAM: Command = {
  name: '',
  args: [],
  summary: 'Runs workflows, and answers questions about what ran',
  about: 'Exit codes: 0 fine; 1 what was asked for failed, or is not there; 2 wrong usage; 130 ended by Ctrl-C.',
  options: {
    help: { type: 'boolean', short: 'h', help: 'print this, or the help of a command' },
    version: { type: 'boolean', help: 'print the version' },
  },
  commands: [RUN, PROFILES, JOBS, SESSIONS, SHOW, WHY, TRACE, LOG, REPORT, CACHE, GRAPH, PILOT, WORKER],
  examples: [
    ['somen run analysis.mjs', 'run a script, with a cache and a history in .somen'],
    ['somen jobs --failed', 'what failed'],
    ['somen why 1a6560eecea1', 'why a call ran again'],
    ['somen help jobs', 'the help of a command'],
  ],
  async run(call) {
    if (call.flag('version')) print(ownVersion());
    else printHelp(PROGRAM);
    return call.flag('version') ? 0 : 2;
  },
};

// `somen jobs | head`: who reads no more has seen enough.
process.stdout.on('error', (error: Error & { readonly code?: unknown }) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const code = await main(process.argv.slice(2));
process.exitCode ??= code;

async function main(argv: readonly string[]): Promise<number> {
  let command = PROGRAM;
  try {
    let args = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
    for (let next = subcommand(command, args); next !== undefined; next = subcommand(command, args)) {
      command = next;
      args = args.slice(1);
    }
    const call = parse(command, args);
    if (!call.flag('help')) return await command.run(call);
    printHelp(command);
    return 0;
  } catch (error) {
    return report(error, command);
  }
}

/** @throws UsageError where a command is needed, and the word is none */
function subcommand({ name, commands = [] }: Command, [word]: readonly string[]): Command | undefined {
  if (commands.length === 0 || word === undefined || word.startsWith('-')) return undefined;
  const wordOf = (each: Command): string => each.name.split(' ').at(-1) ?? '';
  const found = commands.find((each) => wordOf(each) === word);
  if (found !== undefined) return found;
  const guess = nearest(word, commands.map(wordOf));
  const remedy = guess === undefined ? `Commands are ${commands.map(wordOf).join(', ')}` : `Did you mean '${guess}'?`;
  throw new UsageError(`Cannot run 'somen ${`${name} ${word}`.trim()}': there is no such command. ${remedy}`);
}

/** Tells what went wrong, and with which code to exit. */
function report(error: unknown, { name }: Command): number {
  if (error instanceof UsageError) {
    note(`${error.message}\nSee somen ${name === '' ? '' : `${name} `}--help`);
    return 2;
  }
  // Those say in their messages what to do; where others come from matters.
  const isTold = error instanceof SomenError || error instanceof RangeError || error instanceof TypeError;
  note(isTold ? error.message : String(error instanceof Error ? error.stack : error));
  return 1;
}
