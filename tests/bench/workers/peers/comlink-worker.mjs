import { parentPort } from 'node:worker_threads';

import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

Comlink.expose(
  {
    noop: (/** @type {number} */ value) => value,
    batch: (/** @type {number[]} */ values) => values.map((value) => value),
  },
  nodeEndpoint(parentPort),
);
