/** A user's script, imported into this process as Node itself would run it. */
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { canLoadTypes, findTsx, isTypeScript, TYPESCRIPT_REMEDY } from '../typescript.ts';
import { UsageError } from './command.ts';

/** Set for the process that was started with what TypeScript needs, so that it does not start another one. */
const STARTED = 'SOMEN_CLI_STARTED';

/**
 * The absolute path of a script.
 * @throws UsageError where there is no such file
 */
export function scriptPath(script: string): string {
  const path = resolve(script);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path;
  throw new UsageError(`Cannot run '${script}': there is no such file`);
}

/** Imports a script, which sees the command line that it would have under `node`. */
export async function importScript(path: string, args: readonly string[]): Promise<void> {
  process.argv = [process.argv[0] ?? 'node', path, ...args];
  await import(pathToFileURL(path).href);
}

/**
 * For TypeScript where this process cannot load it: does the same in a process that can, and returns its exit code. Else,
 * returns `undefined`.
 * @throws UsageError where there is nothing that can
 */
export async function inCapableProcess(path: string): Promise<number | undefined> {
  if (!isTypeScript(path) || process.env[STARTED] !== undefined || canLoadTypes()) return undefined;
  const tsx = findTsx(path);
  if (tsx === undefined) throw new UsageError(`Cannot run '${path}': ${TYPESCRIPT_REMEDY}`);
  const loader = ['--import', pathToFileURL(tsx).href];
  const child = spawn(process.execPath, [...process.execArgv, ...loader, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [STARTED]: '1' },
  });
  // The terminal sends Ctrl-C to both; the child decides when it is over. A signal to this process alone is handed on.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((end, fail) => {
    child.on('error', fail);
    child.on('exit', (code, signal) => end(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
