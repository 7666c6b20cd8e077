import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A helper program. It is stopped by `stop`, and at the latest with this process. */
export interface Child {
  readonly process: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** @throws {Error} when the program cannot be started. */
export async function startChild(
  program: string,
  args: readonly string[],
  stdio: StdioOptions,
  env?: NodeJS.ProcessEnv,
): Promise<Child> {
  const child = spawn(program, args, { stdio, env });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await once(child, 'spawn');
  const kill = (): void => void child.kill();
  process.once('exit', kill);
  return {
    process: child,
    stop: async () => {
      process.off('exit', kill);
      kill();
      await exited;
    },
  };
}
