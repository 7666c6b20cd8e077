/** A project of a user: a folder with files, in which somen and tsx are installed. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../support/package-root.ts';

const PROGRAM = join(packageRoot, 'dist', 'node', 'cli', 'main.js');

/** What a process printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** See above. */
export interface Project {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Runs `node`, in a folder of it. */
  node(args: readonly string[], options?: Options): Promise<Ended>;
  /** Runs the program `somen`. */
  somen(args: readonly string[], options?: Options): Promise<Ended>;
}

interface Options {
  readonly env?: NodeJS.ProcessEnv;
  /** @default the project's own folder */
  readonly folder?: string;
}

/** Makes one that goes with the test. `installed` are packages of this repository's `node_modules`. */
export async function createProject(
  files: Readonly<Record<string, string>>,
  installed: readonly string[] = [],
): Promise<Project> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'somen-project-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'node_modules'));
  await symlink(packageRoot, join(folder, 'node_modules', 'somen'));
  for (const name of installed)
    await symlink(join(packageRoot, 'node_modules', name), join(folder, 'node_modules', name));
  const write = async (texts: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(texts)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  };
  await write({ 'package.json': '{ "name": "project", "type": "module" }', ...files });
  const node = async (args: readonly string[], options: Options = {}): Promise<Ended> =>
    new Promise((resolve) => {
      const { SOMEN_ON: _none, ...inherited } = process.env;
      const child = execFile(
        process.execPath,
        [...args],
        { cwd: options.folder ?? folder, env: { ...inherited, ...options.env } },
        (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
      );
    });
  return { folder, write, node, somen: (args, options) => node([PROGRAM, ...args], options) };
}
