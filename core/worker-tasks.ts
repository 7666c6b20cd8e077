/** How the tasks of a pool's jobs are told to workers. */
import { SerializationError } from './errors.ts';
import type { ClassReference } from './classes.ts';
import { findLayers, type Serializers } from './serializers.ts';
import type { Task, TaskReference } from './task.ts';

/** What the message of a worker says whose code of a task is there, and another one. */
export const OTHER_VERSION = 'its version is';

/** A task and how its values are written, as a worker is told. */
export interface ToldTask extends TaskReference {
  /** What the registry adds to the built-in serialisers, if it adds anything. */
  readonly layers?: readonly ClassReference[];
  /** The layer whose fallback counts. */
  readonly lastResort?: number;
  /** Its version in keys, where the worker's code may be another. */
  readonly version?: string;
  /** Why no slice holds it, where a tool has tried to make one. */
  readonly refused?: string;
}

/** Tasks with their numbers, as one worker was told them. */
export class TaskNumbers {
  readonly #numbers = new WeakMap<Serializers, Map<Task, number>>();
  #next = 0;

  /**
   * The number of a task, whatever its hints, with a registry's serialisers. One that is new is added to `newTasks`, for
   * the worker to be told, with what `version` gives, if that is given.
   * @throws SerializationError where a worker could not find the registry
   */
  numberOf(
    given: Task,
    serializers: Serializers,
    newTasks: (readonly [number, ToldTask])[],
    version?: (task: Task) => string,
  ): number {
    const task = given.base ?? given;
    const numbers = this.#numbers.get(serializers) ?? new Map<Task, number>();
    const known = numbers.get(task);
    if (known !== undefined) return known;
    const { layers, lastResort } = serializers;
    const told = layers.length > 0 && {
      layers: layers.map(({ reference }) => tellable(reference)),
      ...(lastResort && { lastResort: layers.indexOf(lastResort) }),
    };
    // First what may throw: a task with a number counts as one that the worker was told.
    const versioned = version && task.builtIn === undefined && { version: version(task) };
    const number = this.#next++;
    this.#numbers.set(serializers, numbers.set(task, number));
    const { name, named, module, carried, slice, code } = task;
    const refused = code?.refused;
    newTasks.push([
      number,
      {
        name,
        named,
        module,
        ...(carried && { carried }),
        ...(slice && { slice }),
        ...(refused && { refused }),
        ...versioned,
        ...told,
      },
    ]);
    return number;
  }
}

function tellable(reference: ClassReference): ClassReference {
  const { name, named, module, slice } = reference;
  if (!named && module === undefined)
    throw new SerializationError(
      `Cannot use the registry '${name}' in workers: it was made where there is no file (a REPL, eval). Give it a name, or run with executor: inline()`,
      '',
    );
  if (findLayers(reference).length > 1)
    throw new SerializationError(
      `Cannot use the registry '${name}' in workers: its module made several of that name. Give each a name of its own: createRegistry({ name, ... })`,
      '',
    );
  return { name, named, module, ...(slice && { slice }) };
}
