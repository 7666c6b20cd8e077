/**
 * What takes too long for each commit: a million inputs for every decoder, with a seed of its own each night.
 * `node tests/nightly.mjs [count] [seed]`, after `npm run build`.
 */
import * as somen from 'somen/node';
import { fuzz } from '../dist/tests/support/fuzz.js';

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Math.floor(Date.now() / 86_400_000));
const { values, refused, slowest } = fuzz(somen, count, seed, true);
console.log(
  `${count} inputs with seed ${seed}: ${values} gave a value, ${refused} were refused, the slowest took ${slowest.toFixed(1)} ms`,
);
