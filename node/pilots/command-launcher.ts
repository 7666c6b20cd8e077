import { checkNames, type OptionNames } from '../../core/options.ts';
import type { Launcher } from './launcher.ts';
import { ProcessLauncher } from './process-launcher.ts';

/** Where and with what a command starts. */
export interface CommandOptions {
  /** Its working directory. @default the one of this process */
  readonly cwd?: string;
  /** Variables of its environment, beside those of this process. @default none */
  readonly env?: Readonly<Record<string, string>>;
}

const OPTIONS: OptionNames<CommandOptions> = {
  cwd: true,
  env: true,
};

/**
 * Pilots that a command of yours starts, each a child process whose standard input and output lead to `somen pilot`,
 * wherever that runs. The command is called without a shell, with the pilot's options after its own arguments.
 *
 * @example
 * pilots({ launch: command(['docker', 'run', '-i', '--rm', 'my-image', 'npx', 'somen', 'pilot']), slots: 4 });
 *
 * @throws TypeError where `argv` is not a list of texts that begins with a program, or there is no such option
 */
export function command(argv: readonly string[], options: CommandOptions = {}): Launcher {
  checkNames(options, OPTIONS, 'Cannot give command the option');
  const words = checkedWords('command', argv);
  return new ProcessLauncher({
    name: `the command ${words[0]}`,
    argv: (args) => [...words, ...args],
    cwd: options.cwd,
    env: options.env,
  });
}

/** A command that was given to the function `where`. */
export function checkedWords(where: string, argv: unknown): readonly [string, ...string[]] {
  const isCommand = Array.isArray(argv) && argv.length > 0 && argv.every((word) => typeof word === 'string');
  if (isCommand && argv[0] !== '') return argv as unknown as readonly [string, ...string[]];
  throw new TypeError(
    `Cannot start pilots with ${JSON.stringify(argv)}: ${where} takes a list of texts. Write ['npx', 'somen', 'pilot']`,
  );
}
