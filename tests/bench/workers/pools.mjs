/** Pools of workers that can run no-op tasks: ours and the peers'. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { Piscina } from 'piscina';
import { FixedThreadPool } from 'poolifier';
import { Tinypool } from 'tinypool';
import workerpool from 'workerpool';

import { createRuntime, gatherAll, workers } from '../../../dist/node/index.js';
import { noop } from './tasks.mjs';

/**
 * @typedef {object} Pool
 * @property {(count: number) => Promise<number[]>} run Runs no-op tasks with the arguments 0 to `count` - 1, all handed in at once.
 * @property {() => unknown} close
 */

/** @type {Record<string, (size: number) => Promise<Pool> | Pool>} */
export const pools = {
  somen: (size) => {
    const executor = workers({ size });
    const runtime = createRuntime({ executor, display: false });
    return {
      run: (count) => runtime.run(gatherAll(Array.from({ length: count }, (_, index) => noop(index)))),
      close: () => runtime.close().then(() => executor.close()),
    };
  },
  piscina: (size) => piscina(size, 1),
  'piscina, 16 in flight a worker': (size) => piscina(size, 16),
  tinypool: (size) => {
    const pool = new Tinypool({ filename: file('pool-worker.mjs'), minThreads: size, maxThreads: size });
    return { run: (count) => each(count, (index) => pool.run(index, { name: 'noop' })), close: () => pool.destroy() };
  },
  workerpool: (size) => {
    const pool = workerpool.pool(file('workerpool-worker.mjs'), {
      minWorkers: size,
      maxWorkers: size,
      workerType: 'thread',
    });
    return { run: (count) => each(count, (index) => pool.exec('noop', [index])), close: () => pool.terminate() };
  },
  poolifier: (size) => {
    const pool = new FixedThreadPool(size, file('poolifier-worker.mjs'));
    return { run: (count) => each(count, (index) => pool.execute(index)), close: () => pool.destroy() };
  },
  'Comlink, 1 task a call': (size) => comlink(size, 1),
  'Comlink, 10 tasks a call': (size) => comlink(size, 10),
  'Comlink, 100 tasks a call': (size) => comlink(size, 100),
  'bare postMessage': bare,
};

/**
 * @param {number} size
 * @param {number} concurrentTasksPerWorker
 * @returns {Pool}
 */
function piscina(size, concurrentTasksPerWorker) {
  const pool = new Piscina({
    filename: file('pool-worker.mjs'),
    minThreads: size,
    maxThreads: size,
    concurrentTasksPerWorker,
  });
  return { run: (count) => each(count, (index) => pool.run(index, { name: 'noop' })), close: () => pool.destroy() };
}

/**
 * Workers that take turns.
 * @param {number} size
 * @param {number} batch
 * @returns {Promise<Pool>}
 */
async function comlink(size, batch) {
  const threads = await start('comlink-worker.mjs', size);
  const remotes = threads.map((thread) => Comlink.wrap(nodeEndpoint(thread)));
  // Held, as getting a method from the proxy for each call would cost as much again.
  const methods = remotes.map((remote) => (batch === 1 ? remote.noop : remote.batch));
  const single = (/** @type {number} */ count) => each(count, (index) => methods[index % size](index));
  const batched = async (/** @type {number} */ count) => {
    const answers = await each(Math.ceil(count / batch), (index) =>
      methods[index % size](range(index * batch, Math.min(count, (index + 1) * batch))),
    );
    return answers.flat();
  };
  return { run: batch === 1 ? single : batched, close: () => terminate(threads) };
}

/**
 * The base: messages and nothing else. Answers of one worker come in the order of its questions.
 * @param {number} size
 * @returns {Promise<Pool>}
 */
async function bare(size) {
  const threads = await start('bare-worker.mjs', size);
  const run = (/** @type {number} */ count) =>
    new Promise((resolve) => {
      const results = new Array(count);
      let missing = count;
      threads.forEach((thread, first) => {
        let index = first;
        thread.removeAllListeners('message');
        thread.on('message', (value) => {
          results[index] = value;
          index += size;
          if (--missing === 0) resolve(results);
        });
      });
      for (let index = 0; index < count; index++) threads[index % size].postMessage(index);
    });
  return { run, close: () => terminate(threads) };
}

/**
 * @param {string} module
 * @param {number} size
 */
async function start(module, size) {
  const threads = Array.from({ length: size }, () => new Worker(new URL(`peers/${module}`, import.meta.url)));
  await Promise.all(threads.map((thread) => once(thread, 'online')));
  return threads;
}

/** @param {readonly Worker[]} threads */
function terminate(threads) {
  return Promise.all(threads.map((thread) => thread.terminate()));
}

/**
 * @template T
 * @param {number} count
 * @param {(index: number) => PromiseLike<T>} run
 */
function each(count, run) {
  return Promise.all(Array.from({ length: count }, (_, index) => run(index)));
}

/**
 * @param {number} from
 * @param {number} to
 */
function range(from, to) {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** @param {string} name */
function file(name) {
  return fileURLToPath(new URL(`peers/${name}`, import.meta.url));
}
