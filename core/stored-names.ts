/** The tasks and classes that stored data names, among what this thread knows. */
import { BUILT_IN_TASKS } from './built-in-tasks.ts';
import { knownClasses } from './classes.ts';
import type { DecodeContext } from './decode.ts';
import { findTravellingClass } from './fail.ts';
import type { Keyer } from './key.ts';
import { realm } from './realm.ts';
import type { Task } from './task.ts';

/**
 * What a reader needs, with the names that a keyer gives. A cache goes on with the tasks of now, as what it holds of others is
 * not looked for; `asStored`: with those that were stored, where they are here.
 */
export function contextOf(keyer: Keyer, asStored = false): DecodeContext {
  return {
    taskById: (id, version) => findTask(id, keyer, asStored ? version : undefined),
    classById: (id) =>
      findTravellingClass({ name: id, named: true, module: undefined }) ??
      [...knownClasses()].find((known) => keyer.classId(known) === id),
    serializers: keyer.encoder.serializers,
  };
}

/** Of several with an id, that of the version that was stored: two sessions may have brought one each. */
function findTask(id: string, keyer: Keyer, version: string | undefined): Task | undefined {
  const { tasks, versions } = realm();
  const known = tasks.get(id);
  if (known?.named === true && (version === undefined || keyer.version(known) === version)) return known;
  const named = [...tasks.values(), ...(versions?.values() ?? [])].filter((task) => keyer.taskId(task) === id);
  const exact = version === undefined ? undefined : named.find((task) => keyer.version(task) === version);
  return exact ?? (known?.named === true ? known : named[0]) ?? BUILT_IN_TASKS.get(id);
}
