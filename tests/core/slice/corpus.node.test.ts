import { readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ENTRY } from '../../../dist/core/slice/emit.js';
import { Slicer, type Slice } from '../../../dist/core/slice/slicer.js';
import { moduleSource } from '../../../dist/node/module-source.js';
import { declarationCases } from './corpus/declarations.js';
import { effectCases } from './corpus/effects.js';
import { languageCases } from './corpus/language.js';
import { locationCases } from './corpus/location.js';
import { moduleCases } from './corpus/modules.js';
import { refusalCases } from './corpus/refusals.js';
import { typeScriptCases } from './corpus/typescript.js';
import { callIn, caseFolder, writeFiles, type Call } from './support/execute.js';
import { dedent, filesOf, type SliceCase } from './support/slice-case.js';

const folder = caseFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const corpus: readonly (readonly [string, readonly SliceCase[]])[] = [
  ['functions', locationCases],
  ['declarations', declarationCases],
  ['the language', languageCases],
  ['TypeScript and JSX', typeScriptCases],
  ['modules', moduleCases],
  ['effects', effectCases],
  ['refusals', refusalCases],
];

describe.each(corpus)('a slice of %s', (group, cases) => {
  test.each(cases.map((one, index) => [one.about, one, `${group}-${index}`] as const))(
    '%s',
    async (_about, one, name) => {
      const files = filesOf(one.files);
      const main = [...files.keys()][0] ?? '';
      const original = join(folder, name, 'original');
      writeFiles(original, files);
      const slice = sliceOf(join(original, main), one.at ?? 'task');
      expect(slice.refusals.map(({ kind, line, column }) => [kind, `${line}:${column}`])).toEqual(one.refuses ?? []);
      expect(slice.notes.map(({ kind }) => kind)).toEqual(one.notes ?? []);
      if (one.keeps !== undefined) expect(codeOf(slice, original)).toEqual(expectedCode(one.keeps, main));
      if (one.imports !== undefined)
        expect(slice.imports.map(({ id }) => id.replace(/@\d[^/]*/, ''))).toEqual(one.imports);
      if (one.refuses === undefined) await expectSameResult(one, slice, original, main, join(folder, name, 'slice'));
    },
  );
});

function sliceOf(path: string, at: string): Slice {
  const place = /^(\d+):(\d+)$/.exec(at);
  const locator = place === null ? { name: at } : { line: Number(place[1]), column: Number(place[2]) };
  const slice = new Slicer(moduleSource()).slice(path, locator);
  if (slice === undefined) throw new Error(`Cannot find ${at}`);
  return slice;
}

/** The code by file, without the export of the function. */
function codeOf(slice: Slice, root: string): Record<string, string> {
  return Object.fromEntries(slice.modules.map(({ path, code }) => [relative(root, path), withoutEntry(code)]));
}

function withoutEntry(code: string): string {
  const end = code.indexOf(`export const ${ENTRY} = `);
  return dedent(end === -1 ? code : code.slice(0, end));
}

function expectedCode(keeps: string | Readonly<Record<string, string>>, main: string): Record<string, string> {
  const all = typeof keeps === 'string' ? { [main]: keeps } : keeps;
  return Object.fromEntries(Object.entries(all).map(([name, code]) => [name, dedent(code)]));
}

async function expectSameResult(
  one: SliceCase,
  slice: Slice,
  original: string,
  main: string,
  target: string,
): Promise<void> {
  const sliced = new Map(slice.modules.map(({ path, code }) => [relative(original, path), code]));
  for (const path of slice.files) sliced.set(relative(original, path), readFileSync(path, 'utf8'));
  writeFiles(target, sliced);
  const file = main.slice(main.lastIndexOf('/') + 1);
  const call = (fn: string): Call => ({
    fn: one.isWorkflow ? `(function (...args) { return run(${fn}.apply(this, args)); })` : fn,
    args: one.args ?? [5],
    ...(one.self && { self: one.self }),
    ...(one.jsx && { jsx: one.jsx }),
  });
  const expected = await callIn(join(original, dirname(main)), file, call(one.original ?? 'unwrap(main.task)'));
  const actual = await callIn(join(target, dirname(main)), file, call(one.sliced ?? `main.${ENTRY}`));
  expect(actual).toEqual(expected);
  expect(expected).not.toBeUndefined();
}
