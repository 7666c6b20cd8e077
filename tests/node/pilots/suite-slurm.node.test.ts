/** Pilots as jobs of Slurm, which connect back, against the suite that every executor must pass. */
import { pilots, slurm } from 'somen/node';
import { executorSuite } from 'somen/testing';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { hasSlurm, type Slurm, startSlurm } from '../../support/slurm.ts';
import { SMALL, SUITE } from './support/suite.ts';

describe.runIf(hasSlurm)('pilots by slurm', () => {
  let cluster: Slurm;
  beforeAll(async () => {
    cluster = await startSlurm();
    for (const [name, value] of Object.entries(cluster.env)) vi.stubEnv(name, value);
  }, 60_000);
  afterAll(() => cluster?.stop());
  const open = () => pilots({ ...SMALL, launch: slurm({ partition: cluster.partition, logs: cluster.folder }) });
  test.each(executorSuite(open, SUITE))('pilots by slurm $name', { timeout: 60_000 }, ({ run }) => run());
});

test.skipIf(hasSlurm)('pilots by slurm were not tested: there is none (Debian: slurm-wlm)', () => undefined);
