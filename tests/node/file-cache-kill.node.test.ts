/**
 * A process is killed between any two system calls that change the folder of its `fileCache`. What it leaves serves the
 * next one: nothing damaged is found, and nothing is waited for.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileCache } from 'somen/node';
import { expect, test } from 'vitest';
import { hasStrace, trace, type Traced } from '../support/strace.ts';
import { keys, runWorkflow } from './fixtures/file-cache/workflow.mjs';

const WORKFLOW = fileURLToPath(new URL('./fixtures/file-cache/workflow.mjs', import.meta.url));
const CALLS = ['mkdir', 'openat', 'write', 'rename', 'link', 'unlink', 'utimensat'];

/** So little that old entries go. */
const MAX_BYTES = 6000;
const AT_ONCE = 2;

/** So many calls more or less of a kind may a thread make before: it also writes to wake up the other. */
const SLACK: Readonly<Record<string, number>> = { write: 3 };

/** Before the process makes its n-th call of this name, it is killed. */
interface Kill {
  readonly call: string;
  readonly n: number;
}

/** A folder with a few old entries. */
async function prepare(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'somen-file-cache-kill-'));
  for (let index = 0; index < 4; index++) {
    const content = new Uint8Array(1000).fill(index);
    const name = createHash('sha256').update(content).digest('hex');
    await mkdir(join(folder, 'cas', name.slice(0, 2)), { recursive: true });
    await writeFile(join(folder, 'cas', name.slice(0, 2), name), content);
    await utimes(join(folder, 'cas', name.slice(0, 2), name), 1, 1);
  }
  return folder;
}

function runTraced(folder: string, options: readonly string[]): Promise<Traced> {
  return trace(options, [process.execPath, WORKFLOW, folder, String(MAX_BYTES)]);
}

/** Which calls change the folder: their names, and the how manieth of that name they are in their thread. */
function killsOf(folder: string, lines: string): Kill[] {
  const main = /^\[pid +(\d+)\] link\(/m.exec(lines)?.[1];
  const counts = new Map<string, number>();
  const kills = new Map<string, Kill>();
  for (const line of lines.split('\n')) {
    // The first lines, of the first thread, have no number yet.
    const [, thread = main ?? '', call = ''] = /^(?:\[pid +(\d+)\] )?(\w+)\(/.exec(line) ?? [];
    if (call === '') continue;
    const count = (counts.get(`${thread}/${call}`) ?? 0) + 1;
    counts.set(`${thread}/${call}`, count);
    if (!line.includes(folder) || (call === 'openat' && !line.includes('O_CREAT'))) continue;
    const slack = SLACK[call] ?? 0;
    for (let n = Math.max(1, count - slack); n <= count + slack; n++) kills.set(`${call}/${n}`, { call, n });
  }
  return [...kills.values()];
}

/** Whether it was killed; rejects where what it left is not as it should be. */
async function killAndGoOn({ call, n }: Kill): Promise<boolean> {
  const folder = await prepare();
  try {
    const options = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${n}`];
    const { signal, output } = await runTraced(folder, options);
    const cache = fileCache(folder);
    const damaged = [];
    for await (const { name } of cache.entries?.('cas') ?? []) {
      const bytes = (await cache.get('cas', name)) ?? new Uint8Array(0);
      if (createHash('sha256').update(bytes).digest('hex') !== name) damaged.push(name);
    }
    let claimed = 0;
    for (const key of keys) {
      const claim = await cache.claim?.(key);
      if (claim !== undefined) claimed++;
      await claim?.release();
    }
    const first = await runWorkflow(cache);
    const second = await runWorkflow(cache);
    await cache.close?.();
    expect({ call, n, damaged, claimed, first, second }).toMatchObject({
      damaged: [],
      claimed: keys.length,
      first: { result: 2700 },
      second: { result: 2700, ran: 0 },
    });
    if (signal !== 'SIGKILL') expect(output).toBe('2700\n');
    return signal === 'SIGKILL';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (!hasStrace) console.warn('Not tested: processes that are killed between two system calls. Install strace');

test.runIf(hasStrace)(
  'fileCache serves the next process when one was killed between any two system calls',
  { timeout: 120_000 },
  async () => {
    const folder = await prepare();
    const { code, trace: lines } = await runTraced(folder, ['-y', '-e', `trace=${CALLS.join(',')}`]);
    expect(code).toBe(0);
    const kills = killsOf(folder, lines);
    await rm(folder, { recursive: true, force: true });
    const killed = new Map<string, number>();
    const remaining = [...kills];
    const work = async (): Promise<void> => {
      for (let kill = remaining.pop(); kill !== undefined; kill = remaining.pop())
        if (await killAndGoOn(kill)) killed.set(kill.call, (killed.get(kill.call) ?? 0) + 1);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    // Each kind of change was interrupted, most of them several times.
    expect([...killed.keys()].sort()).toEqual(['link', 'mkdir', 'openat', 'rename', 'unlink', 'write']);
    expect([...killed.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(30);
  },
);
