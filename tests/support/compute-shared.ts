/** A program: runs the shared tasks with the cache at the URL that it is given, and prints what came of it. */
import { digest, httpCache, inline, run } from 'somen/node';
import type { Computed } from './browser-commands.ts';
import { bytesTask, sampleTask } from './shared-values.ts';

const [url = ''] = process.argv.slice(2);
const running = run([sampleTask(1), bytesTask(2)], { cache: httpCache(url), executor: inline(), display: false });
const values = await running;
const { ran, retrieved } = running.summary;
const computed: Computed = { ran, retrieved, digests: values.map((value) => digest(value)) };
console.log(JSON.stringify(computed));
