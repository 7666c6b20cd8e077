import { collectGarbage } from '../../core/cache-garbage.ts';
import type { Command, CommandCall } from './command.ts';
import { bytes, count, parseAge, parseBytes } from './format.ts';
import { COMMON, folderOf, openCache } from './opened.ts';
import { print, printJson } from './terminal.ts';

/** `somen cache gc` */
export const CACHE_GC: Command = {
  name: 'cache gc',
  args: [],
  summary: 'Remove what is old, what is too much, and what no record reaches',
  about: 'Others may use the cache meanwhile: at worst, something is computed again.',
  options: {
    'max-bytes': { type: 'string', value: 'SIZE', help: 'what was not used for longest goes until so much is left' },
    'max-age': { type: 'string', value: 'TIME', help: 'what was not used for so long goes' },
    grace: {
      type: 'string',
      value: 'TIME',
      default: '10min',
      help: 'contents that no record reaches stay so long and an hour, since results are written after them; 0: not at all',
    },
    'dry-run': { type: 'boolean', help: 'only tell what would go' },
    ...COMMON,
  },
  examples: [
    ['somen cache gc', 'remove contents that nothing needs any more'],
    ['somen cache gc --max-bytes 2GB --max-age 30d', 'and what was not used for a month, or is beyond 2 GB'],
    ['somen cache gc --max-bytes 500MB --dry-run', 'how much would go'],
  ],
  run: collect,
};

async function collect(call: CommandCall): Promise<number> {
  const maxBytes = parseBytes('max-bytes', call.text('max-bytes'));
  const maxAge = parseAge('max-age', call.text('max-age'));
  const grace = parseAge('grace', call.text('grace'));
  const dryRun = call.flag('dry-run');
  const report = await collectGarbage(await openCache(folderOf(call)), {
    dryRun,
    ...(maxBytes !== undefined && { maxBytes }),
    ...(maxAge !== undefined && { maxAge }),
    ...(grace !== undefined && { grace }),
  });
  if (call.flag('json')) printJson(report);
  else {
    const { before, after, removedRecords, removedContents, damaged } = report;
    print(
      `${dryRun ? 'Would remove' : 'Removed'} ${count(removedRecords, 'record')}${damaged > 0 ? ` (${damaged} damaged)` : ''} and ${count(removedContents, 'content')}: ${bytes(before)} before, ${bytes(after)} after`,
    );
  }
  return 0;
}
