/** Which of the options that a process was started with hold for its workers. */

/** Options that say what the process runs, in place of a file, and whether a value follows. */
const OWN: ReadonlyMap<string, boolean> = new Map([
  ['--input-type', true],
  ['-e', true],
  ['--eval', true],
  ['-p', true],
  ['-pe', true],
  ['--print', true],
  ['-c', false],
  ['--check', false],
  ['-i', false],
  ['--interactive', false],
]);

/** A worker that is given these begins with a file, and Node refuses one that is told to run a text; `undefined` where all hold. */
export function workerArguments(execArgv: readonly string[]): string[] | undefined {
  const kept: string[] = [];
  for (let index = 0; index < execArgv.length; index++) {
    const argument = execArgv[index] ?? '';
    const [option = ''] = argument.split('=', 1);
    const takesValue = OWN.get(option);
    if (takesValue === undefined) kept.push(argument);
    else if (takesValue && option === argument) index++;
  }
  return kept.length < execArgv.length ? kept : undefined;
}

/** Those that Node does not refuse: options of the whole process hold for workers without being given. */
export function withoutRefused(execArgv: readonly string[], error: unknown): string[] | undefined {
  if ((error as { readonly code?: unknown }).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') return undefined;
  const refused = new Set((error as Error).message.split(': ').slice(1).join(': ').split(', '));
  const kept = execArgv.filter((argument) => !refused.has(argument));
  return kept.length < execArgv.length ? kept : undefined;
}
