/** What is measured, by name; each starts what it needs. */
import { fileURLToPath } from 'node:url';

import { createRuntime, pilots, processes, ssh, workers } from '../../../dist/node/index.js';
import { startSshd } from '../../../dist/tests/support/sshd.js';
import { bytes, noop } from './tasks.mjs';

/**
 * @typedef {object} Place
 * @property {(count: number) => Promise<readonly number[]>} noops Runs jobs that give their numbers.
 * @property {(count: number, length: number) => Promise<readonly Uint8Array[]>} bytes Runs jobs that give so many bytes.
 * @property {() => Promise<void>} close
 */

const SIZE = 2;
const PROGRAM = fileURLToPath(new URL('../../../dist/node/cli/main.js', import.meta.url));

/** @type {Record<string, () => Promise<Place>>} */
export const places = {
  'workers(2)': async () => onExecutor(workers({ size: SIZE })),
  'processes(2)': async () => onExecutor(processes({ size: SIZE })),
  'a pilot by ssh, 2 slots': openSsh,
};

async function openSsh() {
  const { user, host, port, identity, options, stop } = await startSshd();
  const command = [process.execPath, PROGRAM, 'pilot'];
  const launch = ssh(`${user}@${host}`, { port, identity, options, command, cwd: process.cwd() });
  return onExecutor(pilots({ launch, slots: SIZE, max: 1 }), stop);
}

/**
 * @param {import('../../../dist/node/index.js').Executor} executor
 * @param {() => Promise<void>} [stop] Ends what the executor needed.
 * @returns {Place}
 */
function onExecutor(executor, stop = async () => undefined) {
  const runtime = createRuntime({ executor, display: false });
  return {
    noops: (count) => runtime.run(Array.from({ length: count }, (_, index) => noop(index))),
    bytes: (count, length) => runtime.run(Array.from({ length: count }, (_, index) => bytes(length, index % 256))),
    close: async () => {
      await runtime.close();
      await executor.close();
      await stop();
    },
  };
}
