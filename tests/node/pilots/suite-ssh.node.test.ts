/** Pilots that are reached by ssh, past what a login prints, against the suite that every executor must pass. */
import { pilots, ssh } from 'somen/node';
import { executorSuite } from 'somen/testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { hasSshd, type Sshd, startSshd } from '../../support/sshd.ts';
import { SOMEN_PILOT } from './support/somen-pilot.ts';
import { SMALL, SUITE } from './support/suite.ts';

describe.runIf(hasSshd)('pilots by ssh', () => {
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd({ noise: 'Welcome to the lab' });
  }, 60_000);
  afterAll(() => server?.stop());
  const open = () => {
    const { host, port, identity, options } = server;
    const launch = ssh(host, { port, identity, options, command: SOMEN_PILOT, cwd: process.cwd() });
    return pilots({ ...SMALL, launch });
  };
  test.each(executorSuite(open, SUITE))('pilots by ssh $name', { timeout: 60_000 }, ({ run }) => run());
});

test.skipIf(hasSshd)(
  'pilots by ssh were not tested: there is no OpenSSH server (Debian: openssh-server)',
  () => undefined,
);
