/** One case of the corpus: a program, the function that is meant, and what must come of it. */
export interface SliceCase {
  /** What it is about, as in 'a slice keeps ...'. */
  readonly about: string;
  /** The program by file. A text alone is `main.ts`. */
  readonly files: string | Readonly<Record<string, string>>;
  /** Name of the task, or `line:column`. @default 'task' */
  readonly at?: string;
  /** The expected code, by file; without the line that exports the function. A text alone is `main.ts`. */
  readonly keeps?: string | Readonly<Record<string, string>>;
  /** The expected refusals: kind, line and column. */
  readonly refuses?: readonly (readonly [kind: string, place: string])[];
  /** Expected kinds of notes. @default none */
  readonly notes?: readonly string[];
  /** How the original's function is found in its module, `main`. @default 'unwrap(main.task)' */
  readonly original?: string;
  /** How the slice's function is called. @default 'main.$task' */
  readonly sliced?: string;
  /** Whether the function records a workflow, which is run. */
  readonly isWorkflow?: boolean;
  /** Its `this`, as an expression over the module `main`, original or slice. */
  readonly self?: string;
  /** @default [5] */
  readonly args?: readonly unknown[];
  /** What packages and built-ins the slice must name, without versions. */
  readonly imports?: readonly string[];
  readonly jsx?: 'automatic' | 'transform';
}

/** A text without the indentation that its lines share, and without empty lines at both ends. */
export function dedent(text: string): string {
  const lines = text
    .split('\n')
    .filter((line, index, all) => line.trim() !== '' || (index > 0 && index < all.length - 1));
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents, 80);
  return lines.map((line) => line.slice(indent).trimEnd()).join('\n');
}

/** The files of a case, by name. */
export function filesOf(files: string | Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const all = typeof files === 'string' ? { 'main.ts': files } : files;
  return new Map(Object.entries(all).map(([name, text]) => [name, `${dedent(text)}\n`]));
}
