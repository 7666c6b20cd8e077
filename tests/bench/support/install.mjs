/** Brings the peers, once. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const HOME = fileURLToPath(new URL('..', import.meta.url));

/** Installs what the lock file names, unless it is there. */
export function ensurePeers() {
  if (isInstalled()) return;
  console.error('Installing the peers of the benchmarks ...');
  // Not npm ci: it wants optional packages of all platforms in the lock file, some of which are not in every registry.
  const { status } = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund'], {
    cwd: HOME,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`Cannot install the peers: npm install in ${HOME} ended with code ${status}`);
}

function isInstalled() {
  try {
    return namesIn('node_modules/.package-lock.json') === namesIn('package-lock.json');
  } catch {
    return false;
  }
}

/**
 * What a lock file holds, as one text. Optional packages are for some platforms only.
 * @param {string} file
 */
function namesIn(file) {
  const { packages } = JSON.parse(readFileSync(`${HOME}/${file}`, 'utf8'));
  const entries = Object.entries(packages).filter(([path, { optional }]) => path !== '' && optional !== true);
  return entries.map(([path, { version }]) => `${path}@${version}`).join('\n');
}
