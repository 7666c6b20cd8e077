/** Where code that came from elsewhere is unpacked: a folder of this process's own, from which workers import it, too. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { SomenError } from '../core/errors.ts';
import { OWN_PACKAGE, type CodeBundle } from './code-bundle.ts';

let root: string | undefined;

/** Not in a folder that others can guess: what lies there runs. It goes with the process. */
function ownFolder(): string {
  if (root === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'somen-code-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    root = folder;
  }
  return root;
}

/**
 * Writes the files of a bundle, beside links to the packages that they import, and returns the URL of its entry.
 * @throws SomenError with the code `ERR_CODE` where a package is not installed here, or in another version
 */
export function unpack({ manifest, files }: CodeBundle, digest: string): string {
  const folder = join(ownFolder(), digest);
  const packages = Object.entries(manifest.packages).map(
    ([name, version]) => [name, installed(name, version)] as const,
  );
  for (const [name, target] of [...packages, [OWN_PACKAGE, ownPackage()] as const]) link(folder, name, target);
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
  return pathToFileURL(join(folder, manifest.entry)).href;
}

function link(folder: string, name: string, target: string): void {
  const path = join(folder, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, 'junction');
}

/** This package, wherever it is installed. */
function ownPackage(): string {
  return fileURLToPath(new URL('../..', import.meta.url));
}

/** The folder of a package, as a script in the working directory would find it. */
function installed(name: string, version: string): string {
  let found: string | undefined;
  for (let folder = process.cwd(), last = ''; folder !== last; last = folder, folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    found = versionOf(path);
    if (found === version) return path;
    if (found !== undefined) break;
  }
  const instead = found === undefined ? 'is not installed' : `is there in version ${found}`;
  throw new SomenError(
    'ERR_CODE',
    `Cannot run code from elsewhere: it needs ${name}@${version}, which ${instead} (looked for from ${process.cwd()}). Install it: npm install ${name}@${version}`,
  );
}

function versionOf(folder: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : '';
  } catch {
    return undefined;
  }
}
