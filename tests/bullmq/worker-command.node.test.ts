/** The command line of `somen worker`. What it does is tested in the other files. */
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../support/package-root.ts';
import { hasRedis } from '../support/redis.ts';
import { testRedis } from './support/faults.ts';
import { PATIENCE } from './support/traces.ts';

const PROGRAM = join(packageRoot, 'dist', 'node', 'cli', 'main.js');

interface Told {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

function somenWorker(...args: readonly string[]): Promise<Told> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, 'worker', ...args], (error, out, errors) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, errors }),
    );
  });
}

describe('somen worker', { timeout: PATIENCE }, () => {
  test('tells how it is used', async () => {
    const { code, out } = await somenWorker('--help');
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: somen worker \[OPTIONS\]/);
    for (const option of ['queue', 'slots', 'connection', 'prefix', 'cache', 'cwd', 'lock', 'accept-code'])
      expect(out).toContain(`--${option}`);
  });

  test.each([
    [['--slots', '0'], 2, 'Cannot use --slots 0: it must be a whole number from 1'],
    [['--lock', 'long'], 2, 'Cannot use --lock long'],
    [['--cwd', join(tmpdir(), 'somen-is-not-there')], 2, 'ENOENT'],
    [['--connection', 'localhost'], 1, "Cannot use 'localhost' as a Redis: it is no URL. Write redis://host:6379/0"],
    [['--queue', 'a:b'], 1, "Cannot use a queue named 'a:b'"],
  ])('%j is refused', async (args, code, message) => {
    const told = await somenWorker(...args);
    expect(told).toMatchObject({ code, errors: expect.stringContaining(message) });
  });

  test.runIf(hasRedis)('ends where Redis refuses it, with what Redis says', async () => {
    const { url } = await testRedis({ config: { requirepass: 'secret' } });
    const { code, errors } = await somenWorker('--connection', url);
    expect(code).toBe(1);
    expect(errors).toMatch(/Cannot serve the queue 'somen': Redis says: NOAUTH.*SOMEN_REDIS_PASSWORD/);
  });
});
