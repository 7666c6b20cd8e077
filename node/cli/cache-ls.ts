import { listRecords, type ListedRecord } from '../../core/cache-stats.ts';
import type { Command, CommandCall } from './command.ts';
import { bytes, moment, SHORT_KEY } from './format.ts';
import { COMMON, folderOf, openCache } from './opened.ts';
import { printTable, type Cell, type Column } from './table.ts';
import { note, printJson } from './terminal.ts';

/** `somen cache ls` */
export const CACHE_LS: Command = {
  name: 'cache ls',
  args: [],
  summary: 'List the records, those last used first',
  options: {
    task: { type: 'string', short: 't', value: 'NAME', help: 'records of tasks whose id has this in it' },
    limit: { type: 'string', short: 'n', value: 'N', default: '50', help: 'at most so many; 0: all' },
    ...COMMON,
  },
  examples: [
    ['somen cache ls', 'the 50 records that were used last'],
    ['somen cache ls --task size -n 0 --json', "all of the task 'size', for a program"],
  ],
  run: list,
};

const COLUMNS: readonly Column[] = [
  { title: 'KEY' },
  { title: 'TASK', flexible: true },
  { title: 'KIND' },
  { title: 'SIZE', align: 'right' },
  { title: 'USED' },
  { title: 'WHERE' },
];

async function list(call: CommandCall): Promise<number> {
  const folder = folderOf(call);
  const [task, limit] = [call.text('task'), call.number('limit', 0) ?? 0];
  const records: ListedRecord[] = [];
  for await (const record of listRecords(await openCache(folder)))
    if (task === undefined || record.task?.includes(task) === true) records.push(record);
  records.sort((a, b) => b.used - a.used);
  const shown = limit === 0 ? records : records.slice(0, limit);
  if (call.flag('json')) printJson(shown);
  else if (shown.length > 0) printTable(COLUMNS, shown.map(row));
  if (shown.length > 0) return 0;
  note(`No such records in ${folder}`);
  return 1;
}

function row({ key, task, kind, size, contentSize, used, where, damaged }: ListedRecord): readonly Cell[] {
  return [
    key.slice(0, SHORT_KEY),
    task ?? '',
    damaged ? { text: 'damaged', style: 'red' } : (kind ?? ''),
    bytes(size + contentSize),
    moment(used),
    where ?? '',
  ];
}
