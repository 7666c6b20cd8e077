/** What a command is: its options, its help, and what it does. */
import { parseArgs } from 'node:util';
import { nearest } from '../../core/nearest.ts';

/** An option of a command. */
export interface CommandOption {
  readonly type: 'boolean' | 'string';
  readonly help: string;
  readonly short?: string;
  /** What stands for the value in the help: `DIR`. */
  readonly value?: string;
  /** The value where the option is not given. */
  readonly default?: string;
  /** The value where the option is given without one; then a value must be a number. */
  readonly bare?: string;
  readonly multiple?: boolean;
}

/** A command, or one that has others below it. */
export interface Command {
  /** As it is called: `cache gc`. */
  readonly name: string;
  /** The arguments after the name: `KEY`; those in brackets may be left out. */
  readonly args: readonly string[];
  /** In a few words. */
  readonly summary: string;
  /** More about it. */
  readonly about?: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Command lines, and what they do. */
  readonly examples: readonly (readonly [line: string, about: string])[];
  /** Whether what follows `--` is for somebody else. */
  readonly takesRest?: boolean;
  readonly commands?: readonly Command[];
  /** Returns the exit code: 0, or 1 where what was asked for failed or is not there. */
  run(call: CommandCall): Promise<number>;
}

/** As `parseArgs` gives them. */
type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** What a command was called with. */
export class CommandCall {
  readonly args: readonly string[];
  /** What follows `--`. */
  readonly rest: readonly string[];
  readonly #values: OptionValues;

  constructor(args: readonly string[], rest: readonly string[], values: OptionValues) {
    this.args = args;
    this.rest = rest;
    this.#values = values;
  }

  arg(index: number): string {
    return this.args[index] ?? '';
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  texts(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** @throws UsageError where it is no whole number from `least` */
  number(name: string, least: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (/^\d{1,15}$/.test(text) && Number(text) >= least) return Number(text);
    throw new UsageError(`Cannot use --${name} ${text}: it must be a whole number from ${least}`);
  }
}

/** A mistake on the command line: its message says all. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads a command line.
 * @throws UsageError where an option is not known, or arguments are missing or too many
 */
export function parse(command: Command, argv: readonly string[]): CommandCall {
  const end = command.takesRest === true ? argv.indexOf('--') : -1;
  const [own, rest] = end < 0 ? [argv, []] : [argv.slice(0, end), argv.slice(end + 1)];
  const { values, positionals } = parseOptions(command, withBareValues(command, own));
  const call = new CommandCall(positionals, rest, values);
  if (!call.flag('help')) checkArguments(command, positionals);
  return call;
}

function parseOptions(command: Command, args: readonly string[]): ReturnType<typeof parseArgs> {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type, short, multiple = false, default: value }]) => [
      name,
      { type, multiple, ...(short !== undefined && { short }), ...(value !== undefined && { default: value }) },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(mistake(command, error as Error & { readonly code?: unknown }), { cause: error });
  }
}

function mistake(command: Command, { code, message }: { readonly code?: unknown; readonly message: string }): string {
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return message;
  const [, option = ''] = /'([^']*)'/.exec(message) ?? [];
  const guess = nearest(option.replace(/^-+/, ''), Object.keys(command.options));
  return `Cannot use ${option}: 'somen ${command.name}' has no such option${guess === undefined ? '' : `. Did you mean --${guess}?`}`;
}

/** An option whose value may be left out gets it from here; parseArgs has no such options. */
function withBareValues({ options }: Command, args: readonly string[]): readonly string[] {
  return args.flatMap((arg, index) => {
    const bare = arg.startsWith('--') ? options[arg.slice(2)]?.bare : undefined;
    return bare === undefined || /^\d+$/.test(args[index + 1] ?? '') ? [arg] : [`${arg}=${bare}`];
  });
}

function checkArguments({ name, args, takesRest }: Command, given: readonly string[]): void {
  const needed = args.filter((arg) => !arg.startsWith('['));
  if (given.length < needed.length)
    throw new UsageError(`Cannot run 'somen ${name}': it needs ${needed.slice(given.length).join(' and ')}`);
  if (given.length <= args.length) return;
  const extra = given.slice(args.length).join(' ');
  const remedy =
    takesRest === true ? `. Arguments of the script stand after --: somen ${name} ${given[0]} -- ${extra}` : '';
  throw new UsageError(
    `Cannot run 'somen ${name}' with '${extra}': it takes ${args.join(' ') || 'no arguments'}${remedy}`,
  );
}
