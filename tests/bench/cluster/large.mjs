/** Large results through one process, and the same bytes through a bare pipe. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { createRuntime, processes } from '../../../dist/node/index.js';
import { check } from '../support/check.mjs';
import { compare, timed } from '../support/measure.mjs';
import { bytes } from './tasks.mjs';

const WRITER = fileURLToPath(new URL('pipe-writer.mjs', import.meta.url));

/**
 * Milliseconds for a result of so many bytes.
 * @param {{ length: number, rounds: number }} options
 */
export async function measureLarge({ length, rounds }) {
  const executor = processes({ size: 1 });
  const runtime = createRuntime({ executor, display: false });
  const pipe = openPipe(length);
  /** @param {string} name @param {() => Promise<Uint8Array>} way */
  const contestant = (name, way) => ({
    name,
    sample: async () => {
      let result = new Uint8Array();
      const taken = await timed(async () => (result = await way()));
      check(result.length, length, name);
      check(result[0], 7, name);
      return taken;
    },
  });
  const medians = await compare(
    [contestant('processes(1)', () => runtime.run(bytes(length, 7))), contestant('a bare pipe', () => pipe.read())],
    { rounds, warmUps: 3 },
  );
  pipe.close();
  await runtime.close();
  await executor.close();
  return medians;
}

/**
 * A process that makes so many bytes when it is asked for them, and writes them into a pipe.
 * @param {number} length
 */
function openPipe(length) {
  const child = spawn(process.execPath, [WRITER, String(length)], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  const socket = /** @type {import('node:net').Socket} */ (child.stdio[3]);
  return {
    /** @returns {Promise<Uint8Array>} */
    read: () =>
      new Promise((resolve) => {
        const result = Buffer.allocUnsafeSlow(length);
        let filled = 0;
        const take = (/** @type {Buffer} */ chunk) => {
          filled += chunk.copy(result, filled);
          if (filled < length) return;
          socket.off('data', take);
          resolve(result);
        };
        socket.on('data', take);
        socket.write('x');
      }),
    close: () => child.kill(),
  };
}
