import type { ShownKey, ShownRecord } from '../../core/history-show.ts';
import type { Command, CommandCall } from './command.ts';
import { bytes, callText, duration, moment, outcomeText, SHORT_KEY } from './format.ts';
import { printJobs } from './job-table.ts';
import { COMMON, keyArgument, openDatabase } from './opened.ts';
import { cut, printable } from '../displays/text.ts';
import { columns, painted, print, printJson } from './terminal.ts';

/** `somen show` */
export const SHOW: Command = {
  name: 'show',
  args: ['KEY'],
  summary: 'Show all that is known of a key: its call, its jobs, and what the cache has',
  about: 'A key may be abbreviated to its first characters, at least four.',
  options: COMMON,
  examples: [
    ['somen show 1a6560eecea1', 'the call with that key'],
    ['somen show 1a6560 --json', 'the same for a program'],
  ],
  run: show,
};

async function show(call: CommandCall): Promise<number> {
  const shown = await (await openDatabase(call)).show(keyArgument(call.arg(0)));
  if (call.flag('json')) printJson(shown);
  else printShown(shown);
  return 0;
}

function printShown(shown: ShownKey): void {
  const { key, task, version, jobs, record } = shown;
  printField('key', key);
  if (task !== undefined) printField('task', task);
  if (version !== undefined) printField('version', version);
  if (shown.arguments !== undefined) printField('call', callText({ task: task ?? '', arguments: shown.arguments }));
  const told = jobs.findLast((job) => outcomeText(job) !== '');
  const outcome = record?.result === undefined ? told && outcomeText(told) : `-> ${record.result}`;
  if (outcome !== undefined) printField('result', outcome);
  printField('cache', recordText(record));
  if (jobs.length === 0) return;
  print();
  printJobs(jobs);
}

function printField(name: string, text: string): void {
  print(cut(`${name.padEnd(8)} ${printable(text)}`, columns()).replace(name, painted('bold', name)));
}

function recordText(record: ShownRecord | undefined): string {
  if (record === undefined) return 'no record';
  if (record.damaged) return 'a damaged record, which counts as missing';
  const { kind = 'record', size, digest, target, where, start, duration: took, session } = record;
  const parts = [
    target === undefined ? kind : `${kind} to ${target.slice(0, SHORT_KEY)}`,
    size === undefined ? '' : `of ${bytes(size)}`,
    digest === undefined ? '' : `(${digest.slice(0, SHORT_KEY)})`,
    start === undefined ? '' : `from ${moment(start)}`,
    took === undefined ? '' : `in ${duration(took)}`,
    where === undefined || where === '' ? '' : `by ${where}`,
    session === undefined ? '' : `in session ${session}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}
