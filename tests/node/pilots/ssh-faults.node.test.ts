/** Runs over ssh: what cannot be reached, and a connection that breaks. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gatherAll, pilots, run, ssh, type SshOptions, WorkerLoadError } from 'somen/node';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { noted, surroundings } from '../fixtures/pilot-tasks.mjs';
import { eventually } from '../../support/eventually.ts';
import { hasSshd, type Sshd, startSshd } from '../../support/sshd.ts';
import { eventOf, rejection, temporaryFolder } from '../support/pool.ts';
import { isAlive, pidOf } from './support/processes.ts';
import { SOMEN_PILOT } from './support/somen-pilot.ts';

describe.runIf(hasSshd)('pilots by ssh', { timeout: 60_000 }, () => {
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd();
  }, 60_000);
  afterAll(() => server?.stop());

  function lab(options: SshOptions = {}) {
    const { host, port, identity, options: known } = server;
    const launch = ssh(host, { port, identity, options: known, command: SOMEN_PILOT, cwd: process.cwd(), ...options });
    const executor = pilots({ launch, slots: 2, heartbeat: { interval: 500, timeout: 5000 } });
    onTestFinished(() => executor.close());
    return executor;
  }

  test('a key that the server does not know, and a folder that is not there, are told as ssh says it', async () => {
    const stranger = await rejection(
      run(surroundings(), { executor: lab({ identity: server.otherIdentity }), display: false }),
    );
    expect(stranger).toBeInstanceOf(WorkerLoadError);
    expect(stranger.message).toMatch(
      /^Cannot get pilots by ssh to 127\.0\.0\.1: pilot 3 exited with code 255: .*Permission denied \(publickey\)/s,
    );
    const lost = await rejection(run(surroundings(), { executor: lab({ cwd: '/no/such/folder' }), display: false }));
    expect(lost.message).toMatch(
      /^Cannot get pilots by ssh to 127\.0\.0\.1: pilot 3 exited with code \d+: .*\/no\/such\/folder/s,
    );
  });

  test('a connection that breaks is made again, the jobs of its pilot run again, once, and that pilot ends', async () => {
    const file = join(await temporaryFolder(), 'begun');
    const running = run(gatherAll(Array.from({ length: 30 }, (_, id) => noted(file, id, 50))), {
      executor: lab(),
      display: false,
    });
    const { worker } = await eventOf(running, 'started');
    const [client] = await childrenNamed('ssh');
    expect(client).toBeDefined();
    process.kill(client ?? 0, 'SIGKILL');
    expect((await running).map(({ id }) => id)).toEqual(Array.from({ length: 30 }, (_, id) => id));
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines.length).toBeLessThanOrEqual(30 + 4);
    await eventually('the pilot that was cut off has ended', () => !isAlive(pidOf(worker)));
  });
});

/** The processes of a name that this one has started, as Linux knows them. */
async function childrenNamed(name: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await readdir('/proc')) {
    const stat = /^\d+$/.test(pid) ? await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '') : '';
    const [, command, parent] = /^\d+ \((.*)\) \S+ (\d+) /.exec(stat) ?? [];
    if (command === name && Number(parent) === process.pid) found.push(Number(pid));
  }
  return found;
}

test.skipIf(hasSshd)(
  'faults of ssh were not tested: there is no OpenSSH server (Debian: openssh-server)',
  () => undefined,
);
