/** Programs of batch systems, called without a shell. */
import { execFile } from 'node:child_process';

import { WorkerLoadError } from '../../core/errors.ts';

/** What a program answered. */
export interface ToolAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A program that does not answer for this long, in milliseconds, is ended: a queue that is down lets callers wait. */
const TIMEOUT = 60_000;
const MAX_OUTPUT = 64 * 1024 * 1024;

/**
 * Runs a program, with `input` as its standard input.
 *
 * @throws WorkerLoadError where it is not there, or does not answer
 */
export function askTool(program: string, args: readonly string[], input = ''): Promise<ToolAnswer> {
  return new Promise((resolve, reject) => {
    const options = { timeout: TIMEOUT, maxBuffer: MAX_OUTPUT, windowsHide: true };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr, code: 0 });
      else if (typeof error.code === 'number') resolve({ stdout, stderr, code: error.code });
      else reject(toolError(program, error.killed ? `it did not answer within ${TIMEOUT / 1000} s` : error.message));
    });
    // A program that reads no input, or has ended, closes the pipe: what it answers says more than that.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/**
 * Runs a program that has to succeed, and gives what it printed.
 *
 * @throws WorkerLoadError with what it wrote to its standard error, where it failed
 */
export async function runTool(program: string, args: readonly string[], input = ''): Promise<string> {
  const answer = await askTool(program, args, input);
  if (answer.code !== 0) throw toolFailure(program, answer);
  return answer.stdout;
}

/** The error of a program that failed. */
export function toolFailure(program: string, { stdout, stderr, code }: ToolAnswer): WorkerLoadError {
  const said = lastLines(stderr.trim() === '' ? stdout : stderr);
  return toolError(program, `it exited with code ${code}${said === '' ? '' : `: ${said}`}`);
}

/** The error of a program that printed something else than was expected. */
export function unexpectedOutput(program: string, output: string): WorkerLoadError {
  return toolError(program, `its answer was not understood: ${lastLines(output)}`);
}

function toolError(program: string, reason: string): WorkerLoadError {
  return new WorkerLoadError(`Cannot use ${program}: ${reason}`);
}

const LINES = 10;
const LENGTH = 2000;

/** The end of what a program wrote, for a message. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-LINES).join('\n').slice(-LENGTH);
}
