import { cached } from './cached/bench.mjs';
import { cluster } from './cluster/bench.mjs';
import { code } from './code/bench.mjs';
import { elements } from './elements/bench.mjs';
import { graph } from './graph/bench.mjs';
import { keys } from './keys/bench.mjs';
import { primes } from './primes/bench.mjs';
import { report } from './report/bench.mjs';
import { sha256InChromium, sha256InNode } from './sha256/bench.mjs';
import { contentInChromium, contentInNode } from './sha256/content-bench.mjs';
import { values } from './values/bench.mjs';
import { compression } from './values/compression-bench.mjs';
import { transfer } from './transfer/bench.mjs';
import { workers } from './workers/bench.mjs';

/** All benches, in the order in which they run. */
export const benches = [
  graph,
  workers,
  transfer,
  primes,
  cached,
  cluster,
  keys,
  code,
  elements,
  report,
  values,
  compression,
  sha256InNode,
  sha256InChromium,
  contentInNode,
  contentInChromium,
];
