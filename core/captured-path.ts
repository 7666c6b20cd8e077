/** What of a task's captured values cannot be sent, by the names that they have in its source. */
import { SerializationError } from './errors.ts';
import type { TaskCode } from './task-code.ts';

/**
 * The same error, with the name of the variable that a task takes from the function around it. The array of these is
 * the task's first argument, which nobody has written.
 */
export function withCapturedName(error: unknown, code: TaskCode | undefined): unknown {
  if (!(error instanceof SerializationError) || code?.captures === undefined) return error;
  const [path = '', index, rest = ''] = /^args\[0\]\[(\d+)\](.*)$/.exec(error.path) ?? [];
  const name = index === undefined ? undefined : code.captures[Number(index)];
  if (name === undefined) return error;
  const message = error.message.replace(path, () => `the captured value ${name}${rest}`);
  return new SerializationError(`${message}. ${advice(name, rest)}`, path, { cause: error });
}

function advice(name: string, rest: string): string {
  return rest === ''
    ? `Use '${name}' outside of the task, on what the task returns, or give the task what it needs of it as an argument`
    : `Take what the task needs into a const before it: const { ... } = ${name}`;
}
