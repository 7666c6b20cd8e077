/** What `--help` prints. */
import type { Command, CommandOption } from './command.ts';
import { columns, painted, print } from './terminal.ts';

/** Prints the help of a command. */
export function printHelp(command: Command): void {
  const { name, args, summary, about, options, examples, commands = [], takesRest } = command;
  const usage = [
    'somen',
    name,
    ...(commands.length > 0 ? ['COMMAND'] : args),
    '[OPTIONS]',
    takesRest ? '[-- ARGS]' : '',
  ];
  print(`Usage: ${usage.filter((part) => part !== '').join(' ')}`);
  print();
  for (const line of wrapped(`${summary}.${about === undefined ? '' : ` ${about}`}`, '')) print(line);
  printList(
    'Commands',
    commands.map((each) => [[each.name.split(' ').at(-1), ...each.args].join(' '), each.summary]),
  );
  printList(
    'Options',
    Object.entries(options).map(([option, about1]) => [optionText(option, about1), optionHelp(about1)]),
  );
  if (examples.length === 0) return;
  print();
  print(painted('bold', 'Examples:'));
  for (const [line, meaning] of examples) {
    print(`  ${line}`);
    for (const part of wrapped(meaning, '      ')) print(painted('dim', part));
  }
}

function optionText(name: string, { short, value, bare }: CommandOption): string {
  const given = value === undefined ? '' : bare === undefined ? ` ${value}` : ` [${value}]`;
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${given}`;
}

function optionHelp({ help, default: value, bare }: CommandOption): string {
  const set = value ?? bare;
  return set === undefined ? help : `${help} (default: ${set})`;
}

function printList(title: string, rows: readonly (readonly [name: string, help: string])[]): void {
  if (rows.length === 0) return;
  print();
  print(painted('bold', `${title}:`));
  const width = Math.max(...rows.map(([name]) => name.length)) + 4;
  for (const [name, help] of rows) {
    const [first = '', ...others] = wrapped(help, ' '.repeat(width));
    print(`  ${name.padEnd(width - 2)}${first.trimStart()}`);
    for (const line of others) print(line);
  }
}

/** A text as lines that fit, each after an indentation. */
function wrapped(text: string, indentation: string): readonly string[] {
  const width = Math.max(40, Math.min(columns(), 100)) - indentation.length;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(`${indentation}${line}`);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, `${indentation}${line}`];
}
