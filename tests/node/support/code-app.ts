/** Apps whose files tests edit between runs: each run is a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../support/package-root.js';
import { temporaryFolder } from './pool.js';

/** What a process wrote. */
export interface Output {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** A process that waits for lines. */
export interface Waiting {
  /** Lets it go on, and waits for what it prints next. */
  next(): Promise<string>;
  /** Closes its input, and waits for its end. */
  end(): Promise<Output>;
}

/** A folder with a package `my-app` that has somen installed. */
export interface CodeApp {
  readonly folder: string;
  /** Writes files, by their names. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Runs Node to its end. */
  node(...args: readonly string[]): Promise<Output>;
  /** Starts Node; the script prints a line and reads one, in turns. */
  start(...args: readonly string[]): Promise<Waiting>;
}

/** Makes an app. */
export async function codeApp(files: Readonly<Record<string, string>>): Promise<CodeApp> {
  const folder = await temporaryFolder();
  const write: CodeApp['write'] = async (named) => {
    for (const [name, content] of Object.entries(named)) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
  };
  await write({ 'package.json': '{ "name": "my-app", "type": "module" }', ...files });
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  for (const [name, target] of [
    ['somen', packageRoot],
    ['tsx', join(packageRoot, 'node_modules', 'tsx')],
  ] as const)
    await symlink(target, join(folder, 'node_modules', name), 'junction');
  const spawned = (args: readonly string[]): Waiting => waiting(folder, args);
  return {
    folder,
    write,
    node: (...args) => spawned(args).end(),
    start: async (...args) => spawned(args),
  };
}

/** As on a user's terminal: vitest's own variables would make tools behave as in a test. */
const { NODE_ENV: _mode, VITEST: _vitest, NODE_OPTIONS: _options, ...environment } = process.env;

function waiting(cwd: string, args: readonly string[]): Waiting {
  const child = spawn(process.execPath, args, { cwd, env: environment });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const wanted: ((line: string) => void)[] = [];
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
    const all = out.split('\n').slice(0, -1);
    for (const line of all.slice(lines.length)) {
      lines.push(line);
      wanted.shift()?.(line);
    }
  });
  const ended = Promise.all([text(child.stderr), once(child, 'close')]);
  let taken = 0;
  return {
    next: () => {
      if (taken > 0) child.stdin.write('\n');
      const line = lines[taken++];
      return line === undefined ? new Promise((resolve) => wanted.push(resolve)) : Promise.resolve(line);
    },
    end: async () => {
      child.stdin.end();
      const [errors, [code]] = await ended;
      return { code: code as number | null, out, errors };
    },
  };
}
