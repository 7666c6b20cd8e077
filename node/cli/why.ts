import type { Why } from '../../core/history-why.ts';
import type { Command, CommandCall } from './command.ts';
import { callText, moment } from './format.ts';
import { printJobs } from './job-table.ts';
import { COMMON, keyArgument, openDatabase } from './opened.ts';
import { printable } from '../displays/text.ts';
import { painted, print, printJson } from './terminal.ts';

/** `somen why` */
export const WHY: Command = {
  name: 'why',
  args: ['KEY'],
  summary: 'Say why a call ran, and was not taken from the cache',
  about:
    'Its newest computation is compared with the most similar call of the same task in an earlier run: was the task new, did its version or an argument change, was the result evicted, or never stored?',
  options: COMMON,
  examples: [
    ['somen why 1a6560eecea1', "such as: argument changed: Argument 0 changed from 'oote' to 'oe'"],
    ['somen jobs --slow', 'which keys to ask about'],
  ],
  run: why,
};

async function why(call: CommandCall): Promise<number> {
  const answer = await (await openDatabase(call)).why(keyArgument(call.arg(0)));
  if (call.flag('json')) printJson(answer);
  else printWhy(answer);
  return 0;
}

function printWhy({ reason, text, job, before }: Why): void {
  print(`${printable(callText(job))}, ${job.status} at ${moment(job.time)}`);
  print(`${painted('bold', reason)}: ${printable(text)}`);
  print();
  printJobs(before === undefined ? [job] : [job, before]);
}
