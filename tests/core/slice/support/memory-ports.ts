import { posix } from 'node:path';
import type { Resolved, SlicePorts } from '../../../../dist/core/slice/ports.js';
import { Slicer, type Slice } from '../../../../dist/core/slice/slicer.js';
import { moduleSource } from '../../../../dist/node/module-source.js';

const { parse } = moduleSource();

/** Modules that stand in no file, by path from `/`, and the versions of packages. */
export function memoryPorts(
  files: Readonly<Record<string, string>>,
  versions: Readonly<Record<string, string>> = {},
): SlicePorts {
  const resolve = (specifier: string, importer: string): Resolved | undefined => {
    if (specifier.startsWith('.')) return { module: posix.join(posix.dirname(importer), specifier) };
    if (specifier.startsWith('node:')) return { builtIn: specifier.slice(5) };
    const [name = '', ...rest] = specifier.split('/');
    return { package: rest.map((part) => `/${part}`).join(''), name, version: versions[name] ?? '1.0.0' };
  };
  return { parse, resolve, load: (path) => files[path] };
}

/** The slice of a task of `/main.ts`. */
export function sliceIn(
  files: Readonly<Record<string, string>>,
  versions: Readonly<Record<string, string>> = {},
  name = 'task',
): Slice {
  const main = Object.keys(files)[0] ?? '';
  const slice = new Slicer(memoryPorts(files, versions)).slice(main, { name });
  if (slice === undefined) throw new Error(`Cannot find the task in ${JSON.stringify(files)}`);
  return slice;
}
