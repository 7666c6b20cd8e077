/** Code on its way to pilots that accept it: what `shipTask` puts into a store, in a message. */
import type { Cache } from '../../core/cache.ts';
import { Keyer } from '../../core/key.ts';
import { realm } from '../../core/realm.ts';
import { scheduled, taskOf } from '../../core/scheduled.ts';
import { findVersion, taskReference, type Task, type TaskReference } from '../../core/task.ts';
import { receiveTask, shipTask, type ShippedTask } from '../code-store.ts';
import { NODE } from '../platform.ts';

/** A task with its code. */
export interface SentCode {
  readonly task: ShippedTask;
  /** The contents that its code is made of, by digest. */
  readonly contents: readonly (readonly [digest: string, bytes: Uint8Array])[];
}

/**
 * The code of a task that this thread has, or `undefined` where it has none of that name.
 * @throws SomenError with the code `ERR_CODE` where it cannot be followed
 */
export async function codeToSend(reference: TaskReference): Promise<SentCode | undefined> {
  const task = findTask(reference);
  if (task?.fn === undefined) return undefined;
  const contents = new Map<string, Uint8Array>();
  return { task: await shipTask(scheduled(task), storeOf(contents)), contents: [...contents] };
}

/** What comes back from a pilot names its tasks as their code does, not as this thread's modules do. */
function findTask(reference: TaskReference): Task | undefined {
  const known =
    (reference.slice && findVersion(reference, reference.slice.version)) ?? realm().tasks.get(taskReference(reference));
  if (known?.fn !== undefined) return known;
  const { tasks } = new Keyer(NODE.hasher(), NODE);
  const id = tasks.idOf(reference);
  return [...realm().tasks.values()].find((task) => task.fn !== undefined && tasks.id(task) === id);
}

/**
 * The task that was sent, scheduled here.
 * @throws SomenError with the code `ERR_CODE` where its code is damaged, or needs a package that is not installed here
 */
export async function takeCode({ task, contents }: SentCode): Promise<Task | undefined> {
  return taskOf(await receiveTask(task, storeOf(new Map(contents)), { acceptCode: true }));
}

function storeOf(contents: Map<string, Uint8Array>): Cache {
  return {
    name: 'the message',
    get: (_map, name) => contents.get(name),
    put: (_map, name, bytes) => void contents.set(name, bytes),
    delete: (_map, name) => void contents.delete(name),
  };
}
