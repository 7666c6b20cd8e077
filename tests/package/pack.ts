import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { packageRoot } from '../support/package-root.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the tarball that `npm publish` would upload: `inject('tarball')`. */
    readonly tarball: string;
  }
}

/** Packs once for all tests of this folder (a vitest global set-up), and takes the tarball away after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'somen-pack-'));
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await promisify(execFile)('npm', pack, { cwd: packageRoot });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  project.provide('tarball', join(folder, filename));
  return () => rm(folder, { recursive: true });
}
