/** Which of the functions that a module schedules a task is: for certain, or none. */
import type { ParseModule } from '../core/slice/ports.ts';
import type { TaskDefinition } from '../core/slice/program.ts';
import { child, isFunction, unwrapped } from '../core/slice/syntax.ts';
import type { Task } from '../core/task.ts';
import { isSameFunction } from './code-text.ts';

/** A task, and the module that is said to have scheduled it. */
export interface Question {
  readonly task: Task;
  readonly path: string;
  readonly source: string;
  readonly definitions: readonly TaskDefinition[];
  /** Whether this thread runs the module's text as it is written, so that places in it are those of the file. */
  readonly isAsWritten: () => boolean;
}

/**
 * The definition of a task. A name counts that only one of them can have; else the place of the call, where the function
 * is the one that stands there, too: compilers and test runners may tell places that are none of the file.
 */
export function findDefinition(question: Question, parse: ParseModule): TaskDefinition | undefined {
  const { task, definitions } = question;
  const possible = definitions.filter((definition) => mayBe(definition, task));
  const certain = possible.filter(isNameCertain);
  const [only] = certain;
  if (only !== undefined && certain.length === 1 && (possible.length === 1 || agrees(only, question, parse)))
    return only;
  const here = possible.filter((definition) => isCalledAt(definition, task.position));
  const agreeing = here.filter((definition) => agrees(definition, question, parse));
  if (agreeing.length === 1) return agreeing[0];
  return here.length === 1 && question.isAsWritten() ? here[0] : undefined;
}

/**
 * The definition of a task inside of a function, where it is not certain: the one that stands at its place. Compilers may
 * rename what a function takes from the one around it (`k2`), so its text need not be what is written.
 */
export function likelyDefinition(task: Task, definitions: readonly TaskDefinition[]): TaskDefinition | undefined {
  return definitions.find((definition) => mayBe(definition, task) && isCalledAt(definition, task.position));
}

/** Whether a task's name may be what this definition gives. */
function mayBe({ site }: TaskDefinition, task: Task): boolean {
  if (site.kind === 'class' || site.kind === 'registry') return false;
  if (site.given !== undefined) return task.named && task.name === site.given;
  if (site.mayBeNamed) return true;
  if (task.named) return false;
  if (hasOwnName(site)) return task.name === site.ownName;
  return !isFunction(site.fn) || task.name.startsWith('anonymous-');
}

/** Whether the task can have no other name. */
function isNameCertain({ site }: TaskDefinition): boolean {
  return site.given !== undefined || (!site.mayBeNamed && hasOwnName(site));
}

/** A function that is made elsewhere may be called as it is not called here. */
function hasOwnName({ kind, fn, ownName }: TaskDefinition['site']): boolean {
  return ownName !== '' && (kind === 'method' || isFunction(fn));
}

/** Where V8 says that a function is called: at the callee, of a member at its name. */
function isCalledAt({ site }: TaskDefinition, position: string | undefined): boolean {
  const callee = unwrapped(site.maker);
  const { start } = child(callee, 'property') ?? callee;
  const before = site.record.source.slice(0, start).split('\n');
  return position === `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

/** Whether the task's function has the text that stands in the file. Of one that only workers have, nobody knows. */
function agrees({ site }: TaskDefinition, { task, path, source }: Question, parse: ParseModule): boolean {
  if (task.fn === undefined) return false;
  const node = site.fn.type === 'Identifier' ? declarationOf(site) : site.fn;
  if (node === undefined) return false;
  return isSameFunction({ path, written: source.slice(node.start, node.end), running: String(task.fn) }, parse);
}

/** Of a function that is scheduled by a name of its module, what the name declares. */
function declarationOf({ fn, record }: TaskDefinition['site']): TaskDefinition['site']['fn'] | undefined {
  const binding = record.bindings.get(fn);
  if (binding === undefined || binding.scope !== record.scope) return undefined;
  const part = record.partsOf.get(binding.name)?.[0];
  if (part === undefined) return undefined;
  const node = part.kind === 'variable' ? child(part.node, 'init') : part.node;
  return node === undefined ? undefined : unwrapped(node);
}
