import { cacheStats } from '../../core/cache-stats.ts';
import type { Command, CommandCall } from './command.ts';
import { bytes } from './format.ts';
import { COMMON, folderOf, openCache } from './opened.ts';
import { printTable, type Column } from './table.ts';
import { print, printJson } from './terminal.ts';

/** `somen cache stats` */
export const CACHE_STATS: Command = {
  name: 'cache stats',
  args: [],
  summary: 'Count records and bytes, by task',
  options: COMMON,
  examples: [['somen cache stats', 'which tasks take how much room']],
  run: stats,
};

const COLUMNS: readonly Column[] = [
  { title: 'TASK', flexible: true },
  { title: 'RECORDS', align: 'right' },
  { title: 'SIZE', align: 'right' },
];

async function stats(call: CommandCall): Promise<number> {
  const counted = await cacheStats(await openCache(folderOf(call)));
  if (call.flag('json')) printJson(counted);
  else {
    const { ac, cas, tasks, damaged } = counted;
    print(`records   ${ac.count}, ${bytes(ac.bytes)}${damaged > 0 ? `, ${damaged} of them damaged` : ''}`);
    print(`contents  ${cas.count}, ${bytes(cas.bytes)}`);
    if (tasks.length > 0) {
      print();
      printTable(
        COLUMNS,
        tasks.map(({ task, count, bytes: size }) => [task, String(count), bytes(size)]),
      );
    }
  }
  return 0;
}
