import { parentPort } from 'node:worker_threads';

parentPort?.on('message', ({ array, transferBack }) =>
  parentPort?.postMessage(array, transferBack ? [array.buffer] : []),
);
