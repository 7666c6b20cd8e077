/** Elements in a page, while events arrive. */
import { defineElements } from '../../../dist/web/elements/index.js';
import { syntheticStore } from './synthetic-store.mjs';

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/**
 * How long the elements keep the page's thread busy in a frame, and how far frames are apart.
 * @param {{ names: string[], jobs: number, rate: number, frames: number }} options
 */
export async function measureFrames({ names, jobs, rate, frames }) {
  defineElements();
  const store = syntheticStore(jobs, rate);
  const elements = names.map((name) => {
    const element = document.createElement(name);
    element.store = store;
    return element;
  });
  const begin = performance.now();
  document.body.replaceChildren(...elements);
  await nextFrame();
  await nextFrame();
  const first = performance.now() - begin;
  store.start();
  for (let frame = 0; frame < 20; frame++) await nextFrame();
  const gaps = [];
  const work = [];
  let last = performance.now();
  for (let frame = 0; frame < frames; frame++) {
    const start = await nextFrame();
    const now = performance.now();
    gaps.push(now - last);
    last = now;
    // What the elements asked for in this frame has run by then: their callbacks stand before this one's next.
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(undefined);
    });
    work.push(performance.now() - start);
  }
  store.stop();
  for (const element of elements) element.remove();
  return { first, gap: median(gaps), worst: percentile(gaps, 0.95), work: median(work) };
}

/** @param {number[]} values */
function median(values) {
  return percentile(values, 0.5);
}

/**
 * @param {number[]} values
 * @param {number} share
 */
function percentile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)];
}
