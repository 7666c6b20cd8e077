/** Records are read by hand, so every way in which bytes can be wrong must end in 'no record'. */
import { keyOf, memoryCache, run, schedule, type Cache } from 'somen';
import { expect, test } from 'vitest';
import { openRecord } from '../../dist/core/record-reader.js';
import { createPortableHasher } from '../../dist/core/sha256.js';

const hasher = createPortableHasher();
const context = { taskById: () => undefined, classById: () => undefined };
const call = schedule((n: number) => [n, 'text'], { name: 'record-reader/call', version: '1' })(7);

/** The entry that a run writes, and its name. */
async function entry(): Promise<{ name: string; bytes: Uint8Array }> {
  const cache: Cache = memoryCache();
  await run(call, { cache });
  const name = keyOf(call);
  return { name, bytes: (await cache.get('ac', name)) ?? new Uint8Array(0) };
}

/** An entry whose digest is right, whatever the record is. */
function sealed(record: Uint8Array): Uint8Array {
  const head = [0x82, 0x58, 32, ...hasher.hash([record]), 0x59, record.length >> 8, record.length & 255];
  return Uint8Array.from([...head, ...record]);
}

test('openRecord reads what a run wrote', async () => {
  const { name, bytes } = await entry();
  expect(openRecord(name, bytes, { hasher }, context)).toMatchObject({ key: name, kind: 'value', content: undefined });
  expect(openRecord(name.replace(/^./, '0'), bytes, { hasher }, context)?.key).not.toBe(name);
});

test('openRecord finds no record in any part of one, nor in one of which a bit is wrong', async () => {
  const { name, bytes } = await entry();
  for (let end = 0; end < bytes.length; end++)
    expect(openRecord(name, bytes.subarray(0, end), { hasher }, context)).toBeUndefined();
  for (let index = 0; index < bytes.length; index++) {
    const changed = bytes.slice();
    changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8));
    expect(openRecord(name, changed, { hasher }, context)).toBeUndefined();
  }
});

test('openRecord ends, without an error, whatever stands under a right digest', async () => {
  const { name, bytes } = await entry();
  // The head of its byte string has one byte for a length below 256, else two.
  const record = bytes.slice(bytes[35] === 0x58 ? 37 : 38);
  expect(openRecord(name, sealed(record), { hasher }, context)).toMatchObject({ key: name });
  let state = 1;
  const random = (limit: number): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) % limit;
  for (let round = 0; round < 5000; round++) {
    const changed = record.slice(0, round % 3 === 0 ? random(record.length) : record.length);
    for (let times = random(4); times >= 0; times--) changed[random(changed.length)] = random(256);
    const read = openRecord(name, sealed(changed), { hasher }, context);
    if (read !== undefined) expect(read.key).toBe(name);
  }
});
