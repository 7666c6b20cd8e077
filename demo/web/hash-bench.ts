/** Measures how long SHA-256 takes, in a worker of its own: nothing else waits for it, and it can be stopped at once. */
import { createSHA256 } from 'hash-wasm';
import { createRuntime, digest, encode, workers, type Runtime } from 'somen/web';
import type { ContestantName, HashReport, HashRequest } from './hash-contestants.ts';

/** Hashes an array. What it gives depends on whose it is. */
type Hash = (array: Float64Array<ArrayBuffer>) => unknown;

/** How long a measurement takes at least, in milliseconds: browsers tell the time in steps of up to one. */
const SHORTEST = 10;

addEventListener('message', ({ data }: MessageEvent<HashRequest>) => void measure(data));

async function measure({ sizes, repetitions }: HashRequest): Promise<void> {
  const executor = workers({ create: createWorker });
  const runtime = createRuntime({ executor, display: false });
  const contestants = await findContestants(runtime);
  tell({ type: 'checked', contestants: [...contestants.keys()], agree: await doAgree(runtime) });
  const numbers = randomNumbers(Math.max(...sizes));
  for (let repetition = 0; repetition < repetitions; repetition++)
    for (const size of sizes)
      for (const [contestant, hash] of contestants) {
        // The first time, code is compiled and workers are started.
        if (repetition === 0) await hash(numbers.subarray(0, size));
        const time = await timeOf(() => hash(numbers.subarray(0, size)));
        tell({ type: 'time', contestant, size, repetition, time });
      }
  await runtime.close();
  tell({ type: 'end' });
}

async function findContestants(runtime: Runtime): Promise<Map<ContestantName['id'], Hash>> {
  const found = new Map<ContestantName['id'], Hash>([
    ['one', (array) => digest(array)],
    ['many', (array) => runtime.digest(array)],
  ]);
  // Browsers give it to secure origins only.
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (subtle !== undefined) found.set('subtle', (array) => subtle.digest('SHA-256', array));
  const hasher = await createSHA256();
  return found.set('hash-wasm', (array) =>
    hasher
      .init()
      .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
      .digest(),
  );
}

/** Whether all come to the same digest of the same bytes: those of the encoding, which is what `digest` hashes. */
async function doAgree(runtime: Runtime): Promise<boolean> {
  const array = randomNumbers(1000);
  const expected = (await createSHA256()).init().update(encode(array)).digest();
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  const native = subtle && new Uint8Array(await subtle.digest('SHA-256', encode(array).slice()));
  const digests = [digest(array), await runtime.digest(array), native ? hexOf(native) : expected];
  return digests.every((each) => each === expected);
}

/** The time of one call in milliseconds, measured over as many as it takes to be longer than the clock's steps. */
async function timeOf(hash: () => unknown): Promise<number> {
  const start = performance.now();
  for (let count = 1; ; count++) {
    await hash();
    const elapsed = performance.now() - start;
    if (elapsed >= SHORTEST) return elapsed / count;
  }
}

function randomNumbers(length: number): Float64Array<ArrayBuffer> {
  const numbers = new Float64Array(length);
  for (let index = 0; index < length; index++) numbers[index] = Math.random();
  return numbers;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function tell(report: HashReport): void {
  postMessage(report);
}

function createWorker(name: string): Worker {
  return new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module', name });
}
