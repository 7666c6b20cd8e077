/** What a name means in the end, wherever it is mentioned. */
import type { ModuleRecord } from './module-record.ts';
import type { Resolved } from './ports.ts';
import type { RefusalKind } from './refusals.ts';

/** What a name means in the end. */
export type Target =
  | { readonly kind: 'binding'; readonly record: ModuleRecord; readonly name: string }
  | { readonly kind: 'namespace'; readonly record: ModuleRecord }
  | { readonly kind: 'external'; readonly from: External; readonly name: string }
  | { readonly kind: 'data'; readonly path: string; readonly content: string }
  /** A task, which is known by its name and not followed. */
  | { readonly kind: 'task'; readonly record: ModuleRecord; readonly name: string; readonly named: boolean }
  | { readonly kind: 'refused'; readonly refusal: RefusalKind; readonly message: string };

/** A package or a part of the runtime. */
export type External = Exclude<Resolved, { readonly module: string }>;

/** The target of a name that cannot be followed. */
export function refused(refusal: RefusalKind, message: string): Target {
  return { kind: 'refused', refusal, message };
}

/** A package or built-in as it stands in the normal form: by name and version, whatever the path to it. */
export function externalText(from: External): string {
  return 'builtIn' in from ? `node:${from.builtIn}` : `${from.name}@${from.version}${from.package}`;
}

/** What stands for a task among other tasks: the name that it was given, or its module and its name. */
export function taskText(task: Target & { readonly kind: 'task' }, moduleName: (path: string) => string): string {
  return task.named ? task.name : `${moduleName(task.record.path)}#${task.name}`;
}
