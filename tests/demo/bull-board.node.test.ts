/** The example with bull-board: it shows the jobs of a queue by the names of their tasks. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { run, schedule } from 'somen/node';
import { queue } from 'somen/bullmq';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { packageRoot } from '../support/package-root.ts';
import { hasRedis, startRedis } from '../support/redis.ts';

const measure = schedule((x: number) => x, { name: 'lab/measure', version: '1' });

/** What the page asks for. */
interface Board {
  readonly queues: readonly { readonly name: string; readonly jobs: readonly { readonly name: string }[] }[];
}

test.runIf(hasRedis)('bull-board shows the jobs of a queue by the names of their tasks', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const executor = queue({ connection: redis.url, name: 'lab' });
  onTestFinished(() => executor.close());
  run(measure(1), { executor, display: false }).catch(() => undefined);

  const port = await freePort();
  const args = ['demo/node/bull-board.mjs', '--connection', redis.url, '--queue', 'lab', '--port', `${port}`];
  const board = spawn(process.execPath, args, { cwd: packageRoot, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void board.kill());
  const [line] = (await once(board.stdout, 'data')) as [Buffer];
  const url = line.toString().trim();
  expect(url).toBe(`http://127.0.0.1:${port}`);

  const ask = async (): Promise<unknown> => {
    const response = await fetch(`${url}/api/queues?activeQueue=lab&page=1&jobsPerPage=10`);
    const { queues } = (await response.json()) as Board;
    return queues.map(({ name, jobs }) => [name, jobs.map((job) => job.name)]);
  };
  await expect.poll(ask, { timeout: 10_000 }).toEqual([['lab', ['lab/measure']]]);
  expect(await (await fetch(url)).text()).toContain('<title>somen</title>');
});
