import { parentPort } from 'node:worker_threads';

parentPort?.on('message', (/** @type {number} */ value) => parentPort?.postMessage(value));
