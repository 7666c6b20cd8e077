/** `boil.ini`: sections of keys, in whose values `${key}` and `${section:key}` stand for other values. */
import { readFileSync } from 'node:fs';
import { parse } from 'ini';

/** What a user got wrong; its message says all. */
export class UsageError extends Error {
  name = 'UsageError';
}

/**
 * What can be made: either a `command` of the shell, or a program `target`, built from the sources in `srcdir` and in
 * its `modules`.
 *
 * @typedef {Record<string, string> & { command?: string, target?: string, srcdir?: string, modules?: string }} Section
 */

/**
 * Reads the targets of a configuration. What a section does not say, `[generic]` says for all.
 *
 * @param {string} path
 * @returns {Map<string, Section>} the sections but `generic`, in their order
 * @throws {UsageError} where the file cannot be read, or a value names one that is not there
 */
export function readConfig(path) {
  const { generic, ...sections } = parse(textOf(path));
  if (generic === undefined) throw new UsageError(`Cannot use ${path}: it has no section [generic]`);
  const valueOf = interpolation(path, { ...sections, generic });
  return new Map(
    Object.entries(sections).map(([name, section]) => {
      const keys = Object.keys({ ...generic, ...section });
      return [name, Object.fromEntries(keys.map((key) => [key, valueOf(name, key)]))];
    }),
  );
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new UsageError(`Cannot find ${path} in ${process.cwd()}. Say where it is: -C DIR`);
  }
}

/** Makes the function that gives a section's value with all that it refers to filled in; `$$` is a dollar sign. */
function interpolation(path, sections) {
  return function valueOf(section, key, within = []) {
    const name = `${section}:${key}`;
    if (within.includes(name)) throw new UsageError(`Cannot use ${path}: ${name} refers to itself`);
    const text = sections[section]?.[key] ?? sections.generic[key];
    if (text === undefined)
      throw new UsageError(`Cannot use ${path}: ${within.at(-1)} refers to ${name}, which is not there`);
    return String(text).replaceAll(/\$\$|\$\{(?:([^:}]+):)?([^}]+)\}/g, (match, other, word) =>
      match === '$$' ? '$' : valueOf(other ?? section, word, [...within, name]),
    );
  };
}
