/** Options that are not what they should be: a mistyped one would do nothing, and nobody would know why. */
import { nearest } from './nearest.ts';

/** The names of all options of a kind: written out as an object, so that the compiler misses none. */
export type OptionNames<T> = Readonly<Record<keyof T, true>>;

/**
 * Looks whether there are such options.
 * @param what - how the message begins: `Cannot use the option`
 * @throws TypeError where there is none of that name, with the one that was meant
 */
export function checkNames(options: unknown, names: Readonly<Record<string, true>>, what: string): void {
  // `fns.map(schedule)` gives an index.
  if (typeof options !== 'object' || options === null) return;
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue;
    const known = Object.keys(names);
    const meant =
      nearest(name, known) ?? (name.length > 3 ? known.find((each) => each.startsWith(name.slice(0, 4))) : undefined);
    const advice = meant === undefined ? `there are ${known.join(', ')}` : `did you mean '${meant}'?`;
    throw new TypeError(`${what} '${name}': there is none; ${advice}`);
  }
}

/** Whether a value has these methods, or is not given at all. */
export function hasMethods(value: unknown, ...methods: readonly string[]): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  return methods.every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function');
}
