import { transformSync } from 'esbuild';
import { assert, boolean, constantFrom, integer, property, record, type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closureHash } from '../../../dist/core/slice/closure-hash.js';
import { createNodeHasher } from '../../../dist/node/hasher.js';
import { sliceIn } from './support/memory-ports.js';
import { fixed, write, type Program, type Shape } from './support/programs.js';
import { programs } from './support/program-texts.js';

const hasher = createNodeHasher();

function hashOf(
  program: Program,
  shape: Shape,
  versions: Readonly<Record<string, string>> = { 'd3-array': '3.2.5' },
): string {
  return closureHash(sliceIn(transformed(write(program, shape), shape), versions, 'properties/task'), hasher);
}

/** The files, as a compiler or a minifier would write them. */
function transformed(files: Readonly<Record<string, string>>, shape: Shape): Readonly<Record<string, string>> {
  if (shape.compiler === 'none') return files;
  const options = { loader: 'ts', format: 'esm', target: 'esnext', tsconfigRaw: {} } as const;
  const minified = { minifyWhitespace: true, minifyIdentifiers: true };
  const compile = (source: string): string =>
    transformSync(source, { ...options, ...(shape.compiler === 'minify' && minified) }).code;
  return Object.fromEntries(Object.entries(files).map(([path, source]) => [path, compile(source)]));
}

function withEdit(program: Program, [from, to]: readonly [string, string]): Program {
  const chunks = program.chunks.map((chunk) => ({ ...chunk, code: chunk.code.replace(from, to) }));
  expect(chunks.some((chunk, index) => chunk.code !== program.chunks[index]?.code)).toBe(true);
  return { ...program, chunks };
}

const anyProgram = constantFrom(...programs);
const anyShape: Arbitrary<Shape> = record({
  seed: integer(),
  names: boolean(),
  order: boolean(),
  comments: boolean(),
  moved: boolean(),
  compiler: constantFrom('none', 'print', 'minify'),
});

describe('closureHash', () => {
  test('the hash stays whatever is renamed, reordered, commented, compiled, minified and moved', () => {
    assert(
      property(anyProgram, anyShape, (program, shape) => {
        expect(hashOf(program, shape)).toBe(hashOf(program, fixed));
      }),
      { numRuns: 400 },
    );
  });

  test.each(
    programs.flatMap((program) =>
      program.edits.map((edit) => [program.name, edit.join(' -> '), program, edit] as const),
    ),
  )('the hash of %s changes with %s, in whatever shape', (_name, _edit, program, edit) => {
    const edited = withEdit(program, edit);
    assert(
      property(anyShape, (shape) => {
        expect(hashOf(edited, shape)).not.toBe(hashOf(program, fixed));
      }),
      { numRuns: 5 },
    );
  });

  test.each(
    programs.flatMap((program) =>
      (program.others ?? []).map((edit) => [program.name, edit.join(' -> '), program, edit] as const),
    ),
  )('the hash of %s stays with %s, in whatever shape', (_name, _edit, program, edit) => {
    const edited = withEdit(program, edit);
    assert(
      property(anyShape, (shape) => {
        expect(hashOf(edited, shape)).toBe(hashOf(program, fixed));
      }),
      { numRuns: 20 },
    );
  });

  test('the hash changes with the version of a package that is reached', () => {
    for (const program of programs.filter(({ imports }) => imports.includes('d3-array')))
      expect(hashOf(program, fixed, { 'd3-array': '4.0.0' })).not.toBe(hashOf(program, fixed));
  });

  test('the hash stays when what is not reached changes', () => {
    for (const program of programs) {
      const chunks = [
        ...program.chunks,
        { code: 'export const $unused = document.title; console.log($unused);', isFree: true },
      ];
      expect(hashOf({ ...program, chunks }, fixed)).toBe(hashOf(program, fixed));
    }
  });
});
