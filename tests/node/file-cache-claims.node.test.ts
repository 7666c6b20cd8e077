/** Claims in a folder that processes share, some of them killed or stopped. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Claim, fileCache, type FileCacheOptions } from 'somen/node';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from './support/pool.ts';

const CLAIMER = fileURLToPath(new URL('./fixtures/file-cache/claimer.mjs', import.meta.url));
const KEY = 'a'.repeat(64);
const TWO_DAYS_AGO = new Date(Date.now() - 2 * 86_400_000);

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

/** Another process that claims. */
class Claimer {
  readonly process: ChildProcess;

  constructor(expiry?: number) {
    this.process = fork(CLAIMER, [folder, ...(expiry === undefined ? [] : [String(expiry)])], { execArgv: [] });
    onTestFinished(() => void this.process.kill('SIGKILL'));
  }

  async ready(): Promise<this> {
    await once(this.process, 'message');
    return this;
  }

  /** Whether it got the claim. */
  async claim(key: string): Promise<boolean> {
    return (await this.#ask({ claim: key })) as boolean;
  }

  async release(key: string): Promise<void> {
    await this.#ask({ release: key });
  }

  async #ask(message: object): Promise<unknown> {
    const answered = once(this.process, 'message');
    this.process.send(message);
    return (await answered)[0];
  }

  async gone(): Promise<unknown> {
    return (await once(this.process, 'exit'))[0];
  }
}

function claimer(expiry?: number): Promise<Claimer> {
  return new Claimer(expiry).ready();
}

function claim(key: string, options: FileCacheOptions = {}): Claim | undefined {
  return fileCache(folder, options).claim?.(key) as Claim | undefined;
}

/** Asks again and again, as a run does that waits for another process. */
function granted(ask: () => unknown): Promise<Claim> {
  return vi.waitFor(
    () => {
      const found = ask();
      expect(found).toBeDefined();
      return found as Claim;
    },
    { timeout: 10_000, interval: 20 },
  );
}

async function filesOf(name: string): Promise<string[]> {
  return existsSync(join(folder, name)) ? readdir(join(folder, name)) : [];
}

describe('fileCache.claim, between processes,', () => {
  test('is granted to one of them when all claim the same', async () => {
    const claimers = await Promise.all([claimer(), claimer(), claimer()]);
    const keys = Array.from({ length: 150 }, (_, index) => index.toString(16).padStart(64, '0'));
    const answers = await Promise.all(
      claimers.map(async (each) => {
        const had: boolean[] = [];
        for (const key of keys) had.push(await each.claim(key));
        return had;
      }),
    );
    const owners = keys.map((_, index) => answers.filter((had) => had[index]).length);
    expect(owners).toEqual(keys.map(() => 1));
  });

  test('is granted at once when its owner was killed', async () => {
    const owner = await claimer();
    expect(await owner.claim(KEY)).toBe(true);
    expect(claim(KEY)).toBeUndefined();
    owner.process.kill('SIGKILL');
    await owner.gone();
    expect(claim(KEY)).toBeDefined();
    expect(claim(KEY)).toBeUndefined();
  });

  test('is granted to one only when several find its owner dead at once', async () => {
    const owner = await claimer();
    const keys = Array.from({ length: 100 }, (_, index) => index.toString(16).padStart(64, '0'));
    for (const key of keys) expect(await owner.claim(key)).toBe(true);
    const heirs = await Promise.all([claimer(), claimer(), claimer()]);
    owner.process.kill('SIGKILL');
    await owner.gone();
    const counts = await Promise.all(
      heirs.map(async (heir) => {
        let count = 0;
        for (const key of keys) if (await heir.claim(key)) count++;
        return count;
      }),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(keys.length);
    expect((await filesOf('claims')).sort()).toEqual(keys);
  });

  test('is granted at once when the one that took it from the dead was killed at that', async () => {
    const owner = await claimer();
    expect(await owner.claim(KEY)).toBe(true);
    await link(join(folder, 'claims', KEY), join(folder, 'claims', `${KEY}.lock`));
    owner.process.kill('SIGKILL');
    await owner.gone();
    expect(claim(KEY)).toBeDefined();
    expect(await filesOf('claims')).toEqual([KEY]);
  });

  test('is granted after its expiry when its owner stands still, who then does no harm', async () => {
    const owner = await claimer(500);
    expect(await owner.claim(KEY)).toBe(true);
    owner.process.kill('SIGSTOP');
    const cache = fileCache(folder, { claimExpiry: 500 });
    expect(cache.claim?.(KEY)).toBeUndefined();
    const mine = await granted(() => cache.claim?.(KEY));
    owner.process.kill('SIGCONT');
    await owner.release(KEY);
    // What it releases now is not its own any more.
    expect(await owner.claim(KEY)).toBe(false);
    expect(claim(KEY)).toBeUndefined();
    await mine.release();
    expect(await owner.claim(KEY)).toBe(true);
  });

  test('stays with an owner that lives, for many times its expiry', async () => {
    const owner = await claimer(1000);
    expect(await owner.claim(KEY)).toBe(true);
    const cache = fileCache(folder, { claimExpiry: 1000 });
    const beats = new Set<bigint>();
    await vi.waitFor(
      () => {
        expect(cache.claim?.(KEY)).toBeUndefined();
        beats.add(statSync(join(folder, 'claims', KEY), { bigint: true }).mtimeNs);
        expect(beats.size).toBeGreaterThan(25);
      },
      { timeout: 14_000, interval: 20 },
    );
  });

  for (const exit of ['exit', 'return']) {
    test(`leaves nothing when its owner ends normally (${exit})`, async () => {
      const owner = await claimer();
      expect(await owner.claim(KEY)).toBe(true);
      expect(await owner.claim(KEY.replaceAll('a', 'b'))).toBe(true);
      const gone = owner.gone();
      owner.process.send({ exit });
      expect(await gone).toBe(0);
      expect([await filesOf('claims'), await filesOf('owners')]).toEqual([[], []]);
    });
  }
});

describe('fileCache.claim', () => {
  test('says in its file whose it is', async () => {
    claim(KEY);
    expect(JSON.parse(await readFile(join(folder, 'claims', KEY), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  test('answers synchronously, and removes its files when nothing is claimed', async () => {
    const cache = fileCache(folder);
    const first = cache.claim?.(KEY) as Claim;
    expect(first.release()).toBeUndefined();
    expect(await filesOf('owners')).toHaveLength(1);
    await cache.close?.();
    expect([await filesOf('claims'), await filesOf('owners')]).toEqual([[], []]);
    expect(cache.claim?.(KEY)).toBeDefined();
  });

  test('stays when its cache is closed', async () => {
    const cache = fileCache(folder);
    const mine = cache.claim?.(KEY) as Claim;
    await cache.close?.();
    expect(claim(KEY)).toBeUndefined();
    await mine.release();
    expect(claim(KEY)).toBeDefined();
  });

  test('is granted after its expiry when its owner is on a machine that died', async () => {
    await mkdir(join(folder, 'claims'));
    await writeFile(
      join(folder, 'claims', KEY),
      JSON.stringify({ pid: 1, host: 'elsewhere', space: 'another', start: 0 }),
    );
    const cache = fileCache(folder, { claimExpiry: 300 });
    expect(cache.claim?.(KEY)).toBeUndefined();
    await granted(() => cache.claim?.(KEY));
  });

  test('counts no time in which this process did not look when an owner shows no sign', async () => {
    await mkdir(join(folder, 'claims'));
    await writeFile(join(folder, 'claims', KEY), '');
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    onTestFinished(() => now.mockRestore());
    const cache = fileCache(folder);
    for (const time of [0, 60_000]) {
      now.mockReturnValue(time);
      expect(cache.claim?.(KEY)).toBeUndefined();
    }
    now.mockReturnValue(65_000);
    expect(cache.claim?.(KEY)).toBeDefined();
  });

  test('is not taken from its owner when clocks differ by years', async () => {
    const owner = claim(KEY);
    expect(owner).toBeDefined();
    const clock = vi.spyOn(Date, 'now');
    onTestFinished(() => clock.mockRestore());
    const cache = fileCache(folder);
    for (const time of [0, Date.parse('2100-01-01'), Date.parse('1980-01-01')]) {
      clock.mockReturnValue(time);
      expect(cache.claim?.(KEY)).toBeUndefined();
      expect(claim(KEY)).toBeUndefined();
    }
    await owner?.release();
    expect(cache.claim?.(KEY)).toBeDefined();
  });

  test.runIf(process.platform === 'linux')(
    'is always granted, and once to each, when the file system makes no hard links',
    async () => {
      // The claims are on another file system than the owners, where no link can be made.
      const elsewhere = '/dev/shm';
      expect(statSync(elsewhere).dev).not.toBe(statSync(tmpdir()).dev);
      await symlink(elsewhere, join(folder, 'claims'));
      const [cache, other] = [fileCache(folder), fileCache(folder)];
      const mine = cache.claim?.(KEY) as Claim;
      expect(mine).toBeDefined();
      expect(cache.claim?.(KEY)).toBeUndefined();
      expect(other.claim?.(KEY)).toBeDefined();
      await mine.release();
      expect(cache.claim?.(KEY)).toBeDefined();
    },
  );

  test('is granted when the folder cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const cache = fileCache(join(folder, 'file', 'below'));
    const mine = cache.claim?.(KEY) as Claim;
    expect(mine).toBeDefined();
    await mine.release();
    expect(cache.claim?.(KEY)).toBeDefined();
  });

  test('goes on when its folder is removed meanwhile', async () => {
    const cache = fileCache(folder);
    const mine = cache.claim?.(KEY) as Claim;
    await rm(folder, { recursive: true });
    const other = cache.claim?.(KEY.replaceAll('a', 'b')) as Claim;
    expect(claim(KEY.replaceAll('a', 'b'))).toBeUndefined();
    await mine.release();
    await other.release();
    expect(await filesOf('claims')).toEqual([]);
  });

  test('is not there when it is not wanted', () => {
    expect('claim' in fileCache(folder, { claims: false })).toBe(false);
  });

  test('leaves files of the dead to the daily sweep', async () => {
    for (const file of [`claims/${KEY}`, `claims/${KEY}.lock`, 'owners/1-0123456789abcdef']) {
      await mkdir(join(folder, file, '..'), { recursive: true });
      await writeFile(join(folder, file), '');
      await utimes(join(folder, file), TWO_DAYS_AGO, TWO_DAYS_AGO);
    }
    const cache = fileCache(folder);
    const mine = cache.claim?.(KEY.replaceAll('a', 'b')) as Claim;
    await cache.put('ac', KEY, new Uint8Array(10));
    await cache.close?.();
    expect(await filesOf('claims')).toEqual([KEY.replaceAll('a', 'b')]);
    expect(await filesOf('owners')).toHaveLength(1);
    await mine.release();
  });

  test('throws a RangeError when claimExpiry is not a number from 1 up', () => {
    for (const claimExpiry of [0, -1, Number.NaN]) expect(() => fileCache(folder, { claimExpiry })).toThrow(RangeError);
  });
});
