/** Running the compiler. */
import { execFile } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Stops the processes that are under way. */
export const interruption = new AbortController();

/** A program ended with an error; `stderr` is what it wrote about it. */
export class CommandFailed extends Error {
  name = 'CommandFailed';

  constructor(command, stderr, cause) {
    super(`Cannot run ${command.join(' ')}: ${cause.message}`, { cause });
    this.stderr = stderr;
  }
}

/**
 * Runs a program to its end.
 *
 * @param {string[]} command the program and its arguments
 * @returns {Promise<{ stdout: string, stderr: string }>} what it wrote
 * @throws {CommandFailed} where it cannot be started, or ends with another code than 0
 */
export async function execute([program, ...args]) {
  try {
    return await promisify(execFile)(program, args, { signal: interruption.signal, maxBuffer: Infinity });
  } catch (error) {
    throw new CommandFailed([program, ...args], error.stderr || `${error.message}\n`, error);
  }
}

/** Runs a program that writes a file, which appears under its name only when it is whole. */
export async function produce(path, commandFor) {
  const draft = `${path}.${process.pid}.draft`;
  try {
    const output = await execute(commandFor(draft));
    await rename(draft, path);
    return output;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * The files that a rule of `-MM` lists after its target: `a.o: a.cc a.hh \`, and so on, with `\ ` for a space in a name.
 *
 * @param {string} rule
 * @returns {string[]}
 */
export function prerequisites(rule) {
  const list = rule.replaceAll('\\\n', ' ').replace(/^.*?: /, '');
  return (list.match(/(?:\\.|\S)+/g) ?? []).map((path) => path.replaceAll(/\\([ #])/g, '$1').replaceAll('$$', '$'));
}
