import { expect, test } from 'vitest';
import { openDB, startWorker, Comlink } from 'somen/web';
test('the worker of dist/web answers', async () => {
  const worker = startWorker();
  const answer = await new Promise((resolve, reject) => {
    worker.onmessage = (e) => resolve(e.data);
    worker.onerror = (e) => reject(new Error(e.message));
    worker.postMessage(21);
  });
  expect(answer).toBe(22);
  worker.terminate();
});
test('a worker by URL answers', async () => {
  const worker = new Worker(new URL('./zz-sample-worker.js', import.meta.url), { type: 'module' });
  const answer = await new Promise((resolve, reject) => {
    worker.onmessage = (e) => resolve(e.data);
    worker.onerror = (e) => reject(new Error(e.message));
    worker.postMessage(21);
  });
  expect(answer).toBe(42);
  worker.terminate();
});
test('IndexedDB stores', async () => {
  const db = await openDB('sample', 1, { upgrade: (d) => void d.createObjectStore('s') });
  await db.put('s', new Float64Array(1e5).fill(3), 'k');
  expect((await db.get('s', 'k') as Float64Array)[7]).toBe(3);
  db.close();
});
test('IndexedDB stores a Blob', async (t) => {
  const db = await openDB('sample', 1, { upgrade: (d) => void d.createObjectStore('s') });
  try { await db.put('s', new Blob(['abc']), 'k'); console.log('blob ok'); } catch (e) { console.log('BLOB', String(e)); }
  db.close();
});
test('somen import neutral', async () => {
  expect(Comlink.wrap).toBeTypeOf('function');
});
