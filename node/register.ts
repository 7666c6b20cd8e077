/**
 * `node --import somen/node/register script.mjs`: workers load no more of a script than what its tasks reach, so its
 * top level runs in the main thread alone, and tasks inside of functions, with what they capture, run on workers.
 */
import { installSliceHooks } from './slice-hooks.ts';

installSliceHooks();
