/** How a program is made of its sources: four tasks. */
import { readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { file, gatherAll, gatherDict, schedule } from 'somen/node';
import { UsageError } from './config.mjs';
import { execute, prerequisites, produce } from './compiler.mjs';

/** @typedef {import('somen/node').FileValue} FileValue */

/**
 * Which compiler, and how it is told to compile. All of it is part of a task's key, as an argument: with another version
 * or another flag, everything is compiled anew.
 *
 * @typedef {{ cc: string, version: string, flags: string[] }} Compiler
 */

/** All files that the compiler reads for a source, itself first. It is asked again when one of them has another content. */
const inputsOf = schedule(
  /** @type {(source: FileValue, compiler: Compiler) => Promise<unknown>} */
  async function inputsOf(source, { cc, flags }) {
    const { stdout } = await execute([cc, '-MM', ...flags, source.path]);
    return gatherAll(prerequisites(stdout).map((path) => file(path)));
  },
);

/** An object file, and what the compiler warned of. `inputs` are all files that it is made of, the source first. */
const compile = schedule(
  /** @type {(source: string, inputs: FileValue[], object: string, compiler: Compiler) => Promise<unknown>} */
  async function compile(source, inputs, object, { cc, flags }) {
    await mkdir(dirname(object), { recursive: true });
    const { stderr } = await produce(object, (draft) => [cc, '-c', ...flags, source, '-o', draft]);
    // Someone may have saved a file in the meantime: this rejects where it is not what stands in the key.
    await Promise.all(inputs.map((input) => input.bytes()));
    return gatherDict({ object: file(object), warnings: stderr });
  },
  { display: 'Compiling {source} ...', confirm: true },
);

/** The program. */
const link = schedule(
  /** @type {(objects: FileValue[], target: string, compiler: Compiler) => Promise<unknown>} */
  async function link(objects, target, { cc, flags }) {
    await produce(target, (draft) => [cc, ...objects.map(({ path }) => path), '-o', draft, ...flags]);
    return file(target);
  },
  { display: 'Linking ...', confirm: true },
);

/** The workflow of a target. Which sources there are is looked up each time, so this is never remembered. */
export const makeTarget = schedule(
  /** @type {(target: string, config: import('./config.mjs').Section, version: string) => unknown} */
  function makeTarget(target, config, version) {
    const { cc, cflags = '', ldflags = '' } = config;
    const compiler = { cc, version, flags: words(cflags) };
    const compiled = sourcesOf(config).map(({ source, object }) =>
      compile(source, inputsOf(file(source), compiler), object, compiler),
    );
    const objects = compiled.map(({ object }) => object);
    return gatherDict({
      program: link(objects, target, { cc, version, flags: words(ldflags) }),
      warnings: gatherAll(compiled.map(({ warnings }) => warnings)),
    });
  },
  { display: 'Building target {target}', store: false },
);

/** The sources of a target, in a fixed order, and where their object files belong. */
function sourcesOf({ srcdir = '.', modules = '', objdir = 'obj', ext }) {
  const folders = [srcdir, ...words(modules).map((module) => join(srcdir, module))];
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((name) => name.endsWith(ext))
      .map((name) => join(folder, name))
      .sort(byText),
  );
  if (sources.length === 0) throw new UsageError(`Cannot find a source *${ext} in ${folders.join(', ')}`);
  // A folder may be met twice, as itself and below another one.
  return [...new Set(sources)].map((source) => ({ source, object: join(objdir, `${source.slice(0, -ext.length)}.o`) }));
}

/** The same order everywhere. */
function byText(a, b) {
  return a < b ? -1 : 1;
}

function words(text) {
  return text.split(/\s+/).filter(Boolean);
}
