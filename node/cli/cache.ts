import type { Command } from './command.ts';
import { CACHE_CLEAR } from './cache-clear.ts';
import { CACHE_EXPORT, CACHE_IMPORT } from './cache-export.ts';
import { CACHE_GC } from './cache-gc.ts';
import { CACHE_LS } from './cache-ls.ts';
import { CACHE_STATS } from './cache-stats.ts';
import { CACHE_VERIFY } from './cache-verify.ts';
import { printHelp } from './help.ts';

/** `somen cache` */
export const CACHE: Command = {
  name: 'cache',
  args: [],
  summary: 'List, verify, shrink, copy or clear what is remembered',
  options: { help: { type: 'boolean', short: 'h', help: 'print this, or the help of a command' } },
  commands: [CACHE_LS, CACHE_STATS, CACHE_VERIFY, CACHE_GC, CACHE_EXPORT, CACHE_IMPORT, CACHE_CLEAR],
  examples: [
    ['somen cache stats', 'how much there is, by task'],
    ['somen cache gc --max-bytes 2GB --max-age 30d', 'remove what was not used for longest'],
    ['somen cache export public/results --static', 'for a web page that reads it with httpCache'],
  ],
  async run() {
    printHelp(CACHE);
    return 2;
  },
};
