import { verifyCacheWith } from '../../core/cache-verify.ts';
import { NODE } from '../platform.ts';
import type { Command, CommandCall } from './command.ts';
import { bytes, count } from './format.ts';
import { COMMON, folderOf, openCache } from './opened.ts';
import { painted, print, printJson } from './terminal.ts';

/** `somen cache verify` */
export const CACHE_VERIFY: Command = {
  name: 'cache verify',
  args: [],
  summary: 'Check every digest',
  about:
    'The exit code is 1 where something is damaged. Nothing damaged is ever returned by a run: it counts as missing, and is computed again.',
  options: { remove: { type: 'boolean', help: 'remove what is damaged' }, ...COMMON },
  examples: [
    ['somen cache verify', 'report what is damaged'],
    ['somen cache verify --remove', 'remove it, too'],
  ],
  run: verify,
};

async function verify(call: CommandCall): Promise<number> {
  const remove = call.flag('remove');
  const report = await verifyCacheWith(NODE.hasher(), await openCache(folderOf(call)), { remove });
  const { damaged, incomplete } = report;
  if (call.flag('json')) printJson(report);
  else {
    for (const { map, name, why } of damaged) print(`${painted('red', 'damaged')} ${map}/${name}: ${why}`);
    print(`${count(report.records, 'record')} and ${count(report.contents, 'content')}, ${bytes(report.bytes)}`);
    if (incomplete.length > 0) print(`${count(incomplete.length, 'record')} without contents, which were evicted`);
    print(`${damaged.length} damaged${remove && damaged.length > 0 ? ', removed' : ''}`);
  }
  return damaged.length > 0 ? 1 : 0;
}
