import { clearCache } from '../../core/cache-copy.ts';
import type { Command, CommandCall } from './command.ts';
import { count } from './format.ts';
import { COMMON, folderOf, openCache, openHistory } from './opened.ts';
import { print, printJson } from './terminal.ts';

/** `somen cache clear` */
export const CACHE_CLEAR: Command = {
  name: 'cache clear',
  args: [],
  summary: 'Remove all records and contents',
  options: { history: { type: 'boolean', help: 'the history, too' }, ...COMMON },
  examples: [
    ['somen cache clear', 'the next run computes everything'],
    ['somen cache clear --history', 'and does not know that it ever did'],
  ],
  run: clear,
};

async function clear(call: CommandCall): Promise<number> {
  const entries = await clearCache(await openCache(folderOf(call)));
  const history = openHistory(call);
  const sessions = call.flag('history') ? await history.sessions() : [];
  for (const session of sessions) await history.remove(session);
  if (call.flag('json')) printJson({ entries, sessions: sessions.length });
  else print(`Removed ${entries} entries${call.flag('history') ? ` and ${count(sessions.length, 'session')}` : ''}`);
  return 0;
}
