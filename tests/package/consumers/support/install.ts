import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isProgram } from '../../../support/find-program.ts';
import { cacheFolder, packageRoot } from '../../../support/package-root.ts';

const run = promisify(execFile);
const consumers = join(packageRoot, 'tests', 'package', 'consumers');
const npmFlags = ['--prefer-offline', '--no-audit', '--no-fund'];

/** What the tests of consumers share: `inject('consumers')`. */
export interface Consumers {
  /** Folder for apps. `template` in it is an app without any files of its own. */
  readonly apps: string;
  /** Folder of an installation of `tools/package.json`. */
  readonly tools: string;
  /** The program Node 24. */
  readonly node24: string;
}

/** Installs everything. `apps` is then the caller's to remove. */
export async function installConsumers(tarball: string): Promise<Consumers> {
  // At once: they wait for what they download.
  const [tools, node24, apps] = await Promise.all([installTools(), installNode24(), installTemplate(tarball)]);
  return { tools, node24, apps };
}

/** Installs the tarball once for all apps, and with it a package that has tasks, and Node's types. */
async function installTemplate(tarball: string): Promise<string> {
  const apps = await mkdtemp(join(tmpdir(), 'somen-apps-'));
  const template = join(apps, 'template');
  await mkdir(template);
  const manifest = { name: 'app', private: true, type: 'module', dependencies: { '@types/node': '20.19.43' } };
  await writeFile(join(template, 'package.json'), JSON.stringify(manifest));
  // `--install-links`: copied as from a registry. A link would let the package find somen outside of the app.
  const packages = [tarball, join(consumers, 'fixtures', 'consumer-tasks')];
  await run('npm', ['install', ...npmFlags, '--install-links', ...packages], { cwd: template });
  return apps;
}

/**
 * Installs what apps are built and run with, once for as long as `tools/package-lock.json` stays the same.
 *
 * @returns the folder that has them in its `node_modules`.
 */
async function installTools(): Promise<string> {
  const source = join(consumers, 'tools');
  const lock = await readFile(join(source, 'package-lock.json'));
  const home = join(cacheFolder, `consumer-tools-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`);
  if (isProgram(join(home, 'node_modules', '.bin', 'tsx'))) return home;
  await mkdir(cacheFolder, { recursive: true });
  const scratch = await mkdtemp(`${home}-`);
  try {
    await cp(source, scratch, { recursive: true });
    await run('npm', ['ci', ...npmFlags], { cwd: scratch });
    await rename(scratch, home);
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
  return home;
}

/** The Node 24 of npm's `node` package, which `npm test` uses too. */
async function installNode24(): Promise<string> {
  const home = join(cacheFolder, 'node-24');
  const program = join(home, 'node_modules', 'node', 'bin', 'node');
  if (isProgram(program)) return program;
  await mkdir(home, { recursive: true });
  // The package fetches the binary for this platform in an install script, which npm 11 runs only when allowed.
  await writeFile(join(home, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
  await run('npm', ['install', '--no-save', '--no-package-lock', ...npmFlags, 'node@24'], { cwd: home });
  return program;
}
