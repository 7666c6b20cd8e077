/** The lines of a source file around a place, as compilers show them. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cut, printable, type Paint } from './text.ts';

/** A place in a source file. Lines and columns count from 1. */
export interface SourcePlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** Lines before and after. */
const AROUND = 2;
/** Longer lines (bundled code) are shown from a little before the place. */
const MAX_LINE = 120;
const BEFORE_COLUMN = 40;

/** V8: `at f (file:///a.ts:1:2)`, `at async /a.ts:1:2`, with `?query` where a module was loaded again. */
const FRAME = /^\s*at (?:async )?(?:.*\()?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?)(?:\?[^?]*?)?:(\d+):(\d+)\)?$/;
/** Code of others, which the user did not write. */
const FOREIGN = /[\\/]node_modules[\\/]|^node:/;
/** This package's own files, also where it is not in `node_modules`. */
const OWN_FOLDER = fileURLToPath(new URL('../../', import.meta.url));

/** The first place of a stack that is in a file of the user's. */
export function placeInStack(stack: string | undefined): SourcePlace | undefined {
  for (const line of stack?.split('\n') ?? []) {
    const place = placeOf(FRAME.exec(line));
    if (place !== undefined && !FOREIGN.test(place.path) && !isOwn(place.path)) return place;
  }
  return undefined;
}

/** The place that a task's `scheduledAt` means: `file:///a.ts:1:2`. */
export function placeAt(text: string | undefined): SourcePlace | undefined {
  return placeOf(/^(.*?)(?:\?[^:]*)?:(\d+):(\d+)$/.exec(text ?? ''));
}

function isOwn(path: string): boolean {
  return ['core', 'node', 'wasm'].some((layer) => path.startsWith(`${OWN_FOLDER}${layer}`));
}

function placeOf(match: RegExpExecArray | null): SourcePlace | undefined {
  if (match?.[1] === undefined) return undefined;
  try {
    const path = match[1].startsWith('file:') ? fileURLToPath(match[1]) : match[1];
    return { path, line: Number(match[2]), column: Number(match[3]) };
  } catch {
    return undefined;
  }
}

/** `src/tasks.ts:12:9`, as seen from here. */
export function placeText({ path, line, column }: SourcePlace): string {
  const near = relative(process.cwd(), path);
  return `${near.startsWith('..') || near === '' ? path : near}:${line}:${column}`;
}

/** The lines around a place, numbered, with a caret below it; none where there is no such file or line. */
export function excerpt({ path, line, column }: SourcePlace, paint: Paint): readonly string[] {
  const lines = linesOf(path);
  const first = Math.max(1, line - AROUND);
  const last = Math.min(lines.length, line + AROUND);
  if (line < 1 || line > lines.length) return [];
  const gutter = String(last).length;
  const from = column > MAX_LINE - BEFORE_COLUMN ? column - BEFORE_COLUMN : 0;
  const shown: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = cut(printable((lines[number - 1] ?? '').replaceAll('\t', ' ').slice(from)), MAX_LINE);
    const isPlace = number === line;
    const head = `${isPlace ? '>' : ' '} ${String(number).padStart(gutter)} | `;
    shown.push(`${paint(isPlace ? 'red' : 'dim', head)}${text}`.trimEnd());
    if (isPlace) shown.push(paint('red', `${' '.repeat(gutter + 3)}| ${' '.repeat(Math.max(0, column - 1 - from))}^`));
  }
  return shown;
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/);
  } catch {
    return [];
  }
}
