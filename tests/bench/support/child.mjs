/**
 * A process that measures: `child.mjs MODULE EXPORT ARGUMENT` sends what the export returns. If that is a contestant
 * (it has a `sample`), the process stays, and sends a sample for each message until it is told to close.
 */
const [, , module, name, argument] = process.argv;
const exports = await import(module);
const result = await exports[name](JSON.parse(argument));
if (typeof result?.sample === 'function') serve(result);
else {
  process.send?.(result);
  process.disconnect?.();
}

/** @param {{ sample: () => number | Promise<number>, close: () => unknown }} contestant */
function serve(contestant) {
  process.on('message', (message) => void (message === 'sample' ? sample(contestant) : close(contestant)));
  process.send?.('ready');
}

/** @param {{ sample: () => number | Promise<number> }} contestant */
async function sample(contestant) {
  globalThis.gc?.();
  process.send?.(await contestant.sample());
}

/** @param {{ close: () => unknown }} contestant */
async function close(contestant) {
  await contestant.close();
  process.disconnect();
}
