import { availableParallelism } from 'node:os';

import { messageOf } from '../../core/warnings.ts';
import { isRefused, reasonOf, SECRETS_REMEDY } from '../bullmq/redis-errors.ts';
import type { QueueWorker, startQueueWorker as StartQueueWorker } from '../bullmq/queue-worker.ts';
import { UsageError, type Command, type CommandCall } from './command.ts';
import { note } from './terminal.ts';

const DEFAULT_CONNECTION = 'redis://127.0.0.1:6379';

/** `somen worker` */
export const WORKER: Command = {
  name: 'worker',
  args: [],
  summary: 'Run jobs from a queue in Redis, for queue({ name }) of somen/bullmq',
  about:
    'Any number of them, on any machines, serve one queue. Tasks are imported from the working directory and run on worker threads. SIGTERM or Ctrl-C: it takes no more jobs, and ends when those that it has are done; the second one gives them to others. Under a supervisor, start node_modules/.bin/somen: npx does not pass on every signal. Redis asks for SOMEN_REDIS_USERNAME and SOMEN_REDIS_PASSWORD, a cache behind HTTP for SOMEN_CACHE_TOKEN.',
  options: {
    queue: { type: 'string', short: 'q', value: 'NAME', help: 'the name of the queue', default: 'somen' },
    slots: { type: 'string', short: 's', value: 'N', help: 'how many jobs at a time (default: one a core)' },
    connection: { type: 'string', value: 'URL', help: 'where Redis is', default: DEFAULT_CONNECTION },
    prefix: { type: 'string', value: 'TEXT', help: "what the names of BullMQ's keys begin with", default: 'bull' },
    cache: {
      type: 'string',
      value: 'URL',
      help: 'where the cache of the clients is here, if not where they say: file:///data/cache',
    },
    cwd: { type: 'string', value: 'FOLDER', help: 'the working directory: the folder of the project here' },
    lock: {
      type: 'string',
      value: 'SECONDS',
      help: 'after so long without a sign of this worker, its jobs go to others',
      default: '30',
    },
    'accept-code': { type: 'boolean', help: 'run code that clients send, where this folder has none or other code' },
    help: { type: 'boolean', short: 'h', help: 'print this' },
  },
  examples: [
    ['somen worker --queue lab --slots 8', 'eight jobs at a time, with Redis on this machine'],
    ['somen worker -q lab --connection redis://db.example.org --cwd /srv/analysis', 'on another machine'],
  ],
  run: worker,
};

async function worker(call: CommandCall): Promise<number> {
  const cwd = call.text('cwd');
  if (cwd !== undefined) enter(cwd);
  const { startQueueWorker } = await loadQueue();
  const name = call.text('queue') ?? '';
  const slots = call.number('slots', 1) ?? availableParallelism();
  const lock = call.number('lock', 1);
  const connection = call.text('connection') ?? DEFAULT_CONNECTION;
  const running = startQueueWorker({
    connection,
    name,
    prefix: call.text('prefix'),
    slots,
    cache: call.text('cache'),
    acceptsCode: call.flag('accept-code'),
    lock: lock === undefined ? undefined : 1000 * lock,
    say: note,
  });
  const ended = endOnSignals(running);
  try {
    const code = await Promise.race([running.ready, ended]);
    if (code !== undefined) process.exit(code);
  } catch (error) {
    await running.stop();
    const remedy = isRefused(error) ? `. ${SECRETS_REMEDY}` : '';
    note(`Cannot serve the queue '${name}': Redis says: ${reasonOf(error)}${remedy}`);
    return 1;
  }
  note(`Worker ${running.name} takes jobs from the queue '${name}', ${slots} at a time`);
  // BullMQ may go on to wait for a Redis that is away.
  process.exit(await ended);
}

function enter(folder: string): void {
  try {
    process.chdir(folder);
  } catch (error) {
    throw new UsageError(`Cannot use --cwd ${folder}: ${messageOf(error)}`, { cause: error });
  }
}

/** Only then: who serves no queue needs neither of the packages. */
async function loadQueue(): Promise<{ readonly startQueueWorker: typeof StartQueueWorker }> {
  try {
    return await import('../bullmq/queue-worker.ts');
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UsageError(`Cannot serve a queue: ${messageOf(error)}. Install bullmq and ioredis`, { cause: error });
  }
}

/** What a shell says of a program that was ended by a signal. */
const TERMINATED = 143;

/** Resolves with the exit code when it is over: the first signal drains, the second one ends at once. */
function endOnSignals(running: QueueWorker): Promise<number> {
  return new Promise((resolve) => {
    let code = 0;
    let isDraining = false;
    const end = (): void => {
      if (isDraining) code = TERMINATED;
      else if (running.isReady)
        note('Finishing the jobs that it has, and taking no more. Again: gives them to others, and ends at once');
      void (isDraining ? running.stop() : running.drain()).then(() => resolve(code));
      isDraining = true;
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
    onceOrphaned(end);
  });
}

/** How often it is seen whether the parent process is still there, in milliseconds. */
const PARENT_INTERVAL = 500;

/** `npx` runs programs by way of a shell, which ends at a signal and passes it on to nobody. */
function onceOrphaned(end: () => void): void {
  if (process.env['npm_command'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, PARENT_INTERVAL);
  timer.unref();
}
