import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { packageRoot } from '../../../support/package-root.ts';
import { startChild } from '../../../support/child.ts';
import type { App } from './app.ts';

/** What a program wrote before it ended by itself, without an error. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** As on a user's terminal: vitest's own variables would make tools behave as in a test. */
const { NODE_ENV: _mode, VITEST: _vitest, NODE_OPTIONS: _options, ...environment } = process.env;

/** @throws {Error} with what it wrote, where the program fails or does not end within a minute. */
export async function runProgram(app: App, program: string, ...args: readonly string[]): Promise<Output> {
  return promisify(execFile)(program, args, { cwd: app, env: environment, timeout: 60_000 });
}

/** Runs a script of the app, in this Node unless `options` says otherwise. */
export async function runNode(app: App, ...args: readonly string[]): Promise<Output> {
  return runProgram(app, process.execPath, ...args);
}

/** Which Vite, and what it is told on its command line. */
export type ViteProgram = readonly [program: string, ...options: readonly string[]];

const VITE: ViteProgram = [join(packageRoot, 'node_modules', 'vite', 'bin', 'vite.js')];

/** `vite build`: the pages are in the folder `dist` then. @throws {Error} where Vite warns. */
export async function buildWithVite(
  app: App,
  settings: Readonly<Record<string, string>> = {},
  vite: ViteProgram = VITE,
): Promise<void> {
  const warnings = await warningsOfVite(app, settings, vite);
  if (warnings !== '') throw new Error(`Vite warns: ${warnings}`);
}

/** `vite build`, and what it warns of. `settings` are environment variables that the app's configuration reads. */
export async function warningsOfVite(
  app: App,
  settings: Readonly<Record<string, string>> = {},
  [program, ...options]: ViteProgram = VITE,
): Promise<string> {
  const child = { cwd: app, env: { ...environment, ...settings, NO_COLOR: '1' }, timeout: 60_000 };
  const command = [program, 'build', '--logLevel', 'warn', ...options];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, command, child);
  return stdout + stderr;
}

/** Something that listens. */
export interface Server {
  /** As in `http://127.0.0.1:8080`. */
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

/** Vite's development server. */
export async function startVite(app: App, [program, ...options]: ViteProgram = VITE): Promise<Server> {
  const command = [program, app, '--host', '127.0.0.1', ...options];
  const child = await startChild(process.execPath, command, ['ignore', 'pipe', 'inherit'], environment);
  const { stdout } = child.process;
  if (stdout === null) throw new Error('Cannot read what Vite writes');
  let text = '';
  const ended = once(child.process, 'exit').then(() => Promise.reject(new Error(`Vite ended: ${text}`)));
  const origin = new Promise<string>((resolve) => {
    stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const [match] = /http:\/\/127\.0\.0\.1:\d+(?=\/)/.exec(stripVTControlCharacters(text)) ?? [];
      if (match !== undefined) resolve(match);
    });
  });
  ended.catch(() => undefined);
  return { origin: await Promise.race([origin, ended]), stop: child.stop };
}
