/** Workers of queues, in processes of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The program `somen`. */
export const PROGRAM = fileURLToPath(new URL('../../../dist/node/cli/main.js', import.meta.url));

/**
 * Starts `somen worker`, and waits until it takes jobs.
 * @param {string} redis
 * @param {string} name
 * @param {number} slots
 */
export function startQueueWorker(redis, name, slots) {
  return startWorker(
    [PROGRAM, 'worker', '--queue', name, '--connection', redis, '--slots', String(slots)],
    'takes jobs',
  );
}

/**
 * Starts a program that says when it is ready.
 * @param {string[]} args
 * @param {string} ready What it writes then.
 */
export async function startWorker(args, ready) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  await new Promise((resolve, reject) => {
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
      if (output.includes(ready)) resolve(undefined);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with code ${code}: ${output}`)));
  });
  return {
    stop: async () => {
      process.off('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
