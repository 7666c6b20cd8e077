import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { packageRoot } from '../support/package-root.ts';
import { type Consumers, installConsumers } from './consumers/support/install.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the tarball that `npm publish` would upload: `inject('tarball')`. */
    readonly tarball: string;
    /** Where to make apps that have it installed, and what to run them with: `inject('consumers')`. */
    readonly consumers: Consumers;
  }
}

/** Packs once for all tests of this folder (a vitest global set-up), and takes the tarball and the apps away after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'somen-pack-'));
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await promisify(execFile)('npm', pack, { cwd: packageRoot });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const tarball = join(folder, filename);
  const consumers = await installConsumers(tarball);
  project.provide('tarball', tarball);
  project.provide('consumers', consumers);
  return async () => {
    for (const made of [folder, consumers.apps]) await rm(made, { recursive: true });
  };
}
