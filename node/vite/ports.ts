/** What the slicer is given in a project of Vite or Rollup: modules as Node finds them, aliases, and compiled modules. */
import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import type { Resolved, SlicePorts } from '../../core/slice/ports.ts';
import { moduleSource } from '../module-source.ts';

/** One entry of Vite's `resolve.alias`. */
export interface Alias {
  readonly find: string | RegExp;
  readonly replacement: string;
}

/** What a project says of its modules. */
export interface ProjectFiles {
  /** Where imports that begin with `/` are looked for. */
  readonly root: string;
  readonly aliases: readonly Alias[];
  readonly jsxImportSource: string | undefined;
}

/** Ports of a slicer, for modules of which some have another text than their files. */
export interface ProjectPorts extends SlicePorts {
  /** Lets a module have another text than its file: what a plugin made of it. `undefined` is the file again. */
  replace(path: string, code: string | undefined): void;
  /** That text, if it has one. */
  replaced(path: string): string | undefined;
}

/** The ports of a project. */
export function projectPorts(files: ProjectFiles): ProjectPorts {
  const source = moduleSource();
  const texts = new Map<string, string>();
  return {
    jsxImportSource: files.jsxImportSource,
    load: (path) => texts.get(path) ?? source.load(path),
    parse: (path, text) => (isCode(path) ? source.parse(path, text) : parseComponent(source, path, text)),
    resolve: (specifier, importer) => resolve(source, files, specifier, importer),
    replace(path, code) {
      if (code === undefined) texts.delete(path);
      else texts.set(path, code);
    },
    replaced: (path) => texts.get(path),
  };
}

/** Whether a path names a module of JavaScript or TypeScript. */
export function isCode(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path);
}

/** What a plugin made of a component is JavaScript; what stands between its tags may be TypeScript. */
function parseComponent(source: SlicePorts, path: string, text: string): ReturnType<SlicePorts['parse']> {
  try {
    return source.parse(`${path}.js`, text);
  } catch {
    return source.parse(`${path}.ts`, text);
  }
}

function resolve(source: SlicePorts, files: ProjectFiles, specifier: string, importer: string): Resolved | undefined {
  const plain = aliased(files.aliases, specifier.replace(/\?.*$/, ''));
  const found =
    (plain.startsWith('/') && !existsSync(plain) ? source.resolve(files.root + plain, importer) : undefined) ??
    source.resolve(plain, importer);
  if (found === undefined || !('module' in found) || sep === '/') return found;
  return { module: found.module.replaceAll(sep, '/') };
}

/** A specifier after the first alias that fits it, as Vite replaces it. */
function aliased(aliases: readonly Alias[], specifier: string): string {
  const alias = aliases.find(({ find }) =>
    typeof find === 'string' ? specifier === find || specifier.startsWith(`${find}/`) : find.test(specifier),
  );
  return alias === undefined ? specifier : specifier.replace(alias.find, alias.replacement);
}
