/** The tasks and classes that stored data names, among what this thread knows. */
import { BUILT_IN_TASKS } from './built-in-tasks.ts';
import { knownClasses } from './classes.ts';
import type { DecodeContext } from './decode.ts';
import { findTravellingClass } from './fail.ts';
import type { Keyer } from './key.ts';
import { realm } from './realm.ts';
import type { Task } from './task.ts';

/** What a reader needs, with the names that a keyer gives. */
export function contextOf(keyer: Keyer): DecodeContext {
  return {
    taskById: (id) => findTask(id, keyer),
    classById: (id) =>
      findTravellingClass({ name: id, named: true, module: undefined }) ??
      [...knownClasses()].find((known) => keyer.classId(known) === id),
    serializers: keyer.encoder.serializers,
  };
}

function findTask(id: string, keyer: Keyer): Task | undefined {
  const named = realm().tasks.get(id);
  if (named?.named === true) return named;
  for (const task of realm().tasks.values()) if (keyer.taskId(task) === id) return task;
  return BUILT_IN_TASKS.get(id);
}
