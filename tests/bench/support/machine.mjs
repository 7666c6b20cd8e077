/** What the figures were measured on. */
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** @param {string | undefined} browser */
export function describeMachine(browser) {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  const programs = [`Node ${process.versions.node}`, ...(browser === undefined ? [] : [browser])].join(', ');
  return `${model}, ${availableParallelism()} cores, ${memory} GiB, ${type()} ${release()}; ${programs}; ${describeLoad()}`;
}

export function describeLoad() {
  return `load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`;
}

/** Whether others use so much of the machine that figures of two threads mean little. */
export function isBusy() {
  return loadavg()[0] > 0.3 * availableParallelism();
}
