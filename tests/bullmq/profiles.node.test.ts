/** A queue and a cache in Redis, as a file of profiles describes them, with a password out of the environment. */
import { expect, onTestFinished, test } from 'vitest';
import { createProject } from '../node/support/project.ts';
import { hasRedis } from '../support/redis.ts';
import { testRedis } from './support/faults.ts';
import { testWorker } from './support/queue-worker.ts';

const SCRIPT = `
import { run, schedule } from 'somen/node';
const made = schedule(function made() { return new Uint8Array(1e6).fill(7); });
const size = schedule(function size(bytes) { return [bytes.length, bytes[0], process.pid]; });
const computing = run(size(made()), { on: 'lab' });
const [length, first, pid] = await computing;
console.log(length, first, pid === process.pid, computing.summary.ran);
`;

test.skipIf(!hasRedis)(
  'a queue as data runs jobs on its workers, with the cache of the profile',
  { timeout: 60_000 },
  async () => {
    const server = await testRedis({ config: { requirepass: 'open sesame' } });
    const project = await createProject({
      'script.mjs': SCRIPT,
      'somen.config.json': JSON.stringify({
        profiles: {
          lab: {
            cache: `${server.url}/1?prefix=lab`,
            executor: {
              type: 'queue',
              name: 'lab',
              connection: { host: '127.0.0.1', port: '${PORT}', password: '${SECRET}' },
            },
          },
        },
      }),
    });
    const { folder, node } = project;
    const secret = { SOMEN_REDIS_PASSWORD: 'open sesame' };
    const worker = await testWorker({ queue: 'lab', connection: server.url, cwd: folder, env: secret });
    const env = { ...secret, SECRET: 'open sesame', PORT: `${server.port}` };
    expect(await node(['script.mjs'], { env })).toEqual({ code: 0, stdout: '1000000 7 false 2\n', stderr: '' });
    expect(await node(['script.mjs'], { env })).toEqual({ code: 0, stdout: '1000000 7 false 0\n', stderr: '' });
    const { code, stderr } = await node(['script.mjs'], { env: { SECRET: 'open sesame' } });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/connection needs the environment variable PORT|PORT, which/),
    ]);
    onTestFinished(() => worker.kill('SIGKILL'));
  },
);
