import type { Cache } from '../../core/cache.ts';
import { copyCacheWith, type CopyReport } from '../../core/cache-copy.ts';
import { entriesOf } from '../../core/cache-listing.ts';
import { fileCache } from '../file-cache.ts';
import { staticFolder } from '../folder-cache.ts';
import { NODE } from '../platform.ts';
import type { Command, CommandCall, CommandOption } from './command.ts';
import { bytes, count, SHORT_KEY } from './format.ts';
import { COMMON, folderOf, keyArgument, openCache } from './opened.ts';
import { note, print, printJson } from './terminal.ts';

const KEY_OPTION: CommandOption = {
  type: 'string',
  short: 'k',
  value: 'KEY',
  multiple: true,
  help: 'only this record, or those whose keys begin so; may be given several times',
};

/** `somen cache export` */
export const CACHE_EXPORT: Command = {
  name: 'cache export',
  args: ['DIR'],
  summary: 'Copy records and their contents to another folder',
  about: 'Everything is verified before it is written; what is damaged is left out, and the exit code is 1.',
  options: {
    static: { type: 'boolean', help: 'as static hosts need it: DIR/ac/KEY, for httpCache(url, { write: false })' },
    key: KEY_OPTION,
    ...COMMON,
  },
  examples: [
    ['somen cache export public/results --static', 'for a web page'],
    ['somen cache export /mnt/shared/somen', 'for the team'],
    ['somen cache export one -k 1a6560eecea1', 'a single result'],
  ],
  run: async (call) => {
    const target = call.arg(0);
    return copy(call, await openCache(folderOf(call)), call.flag('static') ? staticFolder(target) : fileCache(target));
  },
};

/** `somen cache import` */
export const CACHE_IMPORT: Command = {
  name: 'cache import',
  args: ['DIR'],
  summary: 'Copy records and their contents from another folder, of either layout',
  about: 'Everything is verified before it is written; what is damaged is left out, and the exit code is 1.',
  options: { key: KEY_OPTION, ...COMMON },
  examples: [['somen cache import /mnt/shared/somen', "what the team's cache has"]],
  run: async (call) => copy(call, await openCache(call.arg(0)), await openCache(folderOf(call))),
};

async function copy(call: CommandCall, from: Cache, to: Cache): Promise<number> {
  const prefixes = call.texts('key').map((key) => keyArgument(key).toLowerCase());
  const keys = prefixes.length === 0 ? undefined : await keysOf(from, prefixes);
  const report = await copyCacheWith(NODE.hasher(), from, to, keys === undefined ? {} : { keys });
  await to.close?.();
  if (call.flag('json')) printJson(report);
  else printReport(report, to);
  if (report.skipped.length > 0) return 1;
  if (report.records > 0) return 0;
  note(`No such records in ${from.name}`);
  return 1;
}

async function keysOf(cache: Cache, prefixes: readonly string[]): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { name } of entriesOf(cache, 'ac'))
    if (prefixes.some((prefix) => name.startsWith(prefix))) keys.push(name);
  return keys;
}

function printReport({ records, contents, bytes: size, skipped }: CopyReport, { name }: Cache): void {
  for (const { key, why } of skipped) note(`Left out ${key.slice(0, SHORT_KEY)}: ${why}`);
  print(`Copied ${count(records, 'record')} and ${count(contents, 'content')}, ${bytes(size)}, to ${name}`);
}
