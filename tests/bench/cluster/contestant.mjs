/** Places to run: how many jobs a second each takes, of those that do nothing and of those that give a MiB. */
import { check } from '../support/check.mjs';
import { timed } from '../support/measure.mjs';
import { median } from '../support/statistics.mjs';
import { places } from './places.mjs';

const MIB = 2 ** 20;
/** A sample is the median of the runs that fill so many milliseconds. */
const SAMPLE = 500;

/**
 * A place, warm, that takes milliseconds for so many jobs.
 * @param {{ place: string, redis: string, count: number, mebibytes: boolean, warmUp: number }} options `warmUp` in milliseconds
 */
export async function openPlace({ place: name, redis, count, mebibytes, warmUp }) {
  const place = await places[name](redis);
  const runOnce = () => (mebibytes ? runBytes(name, place, count) : runNoops(name, place, count));
  await runs(runOnce, warmUp);
  return { sample: async () => median(await runs(runOnce, SAMPLE)), close: () => place.close() };
}

/**
 * What each of the runs took that fill so many milliseconds.
 * @param {() => Promise<number>} runOnce
 * @param {number} milliseconds
 */
async function runs(runOnce, milliseconds) {
  const taken = [];
  for (const end = performance.now() + milliseconds; taken.length === 0 || performance.now() < end;)
    taken.push(await runOnce());
  return taken;
}

/**
 * @param {string} name
 * @param {import('./places.mjs').Place} place
 * @param {number} count
 */
async function runNoops(name, place, count) {
  /** @type {readonly number[]} */
  let results = [];
  const taken = await timed(async () => (results = await place.noops(count)));
  check(results.length, count, name);
  for (let index = 0; index < count; index++) check(results[index], index, name);
  return taken;
}

/**
 * @param {string} name
 * @param {import('./places.mjs').Place} place
 * @param {number} count
 */
async function runBytes(name, place, count) {
  /** @type {readonly Uint8Array[]} */
  let results = [];
  const taken = await timed(async () => (results = await place.bytes(count, MIB)));
  check(results.length, count, name);
  for (let index = 0; index < count; index++) {
    check(results[index]?.length, MIB, name);
    check(results[index]?.[0], index % 256, name);
  }
  return taken;
}
