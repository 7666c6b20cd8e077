/** Programs in pieces, which can be written in many shapes that mean the same. */

/** Some statements. Names that begin with `$` may be renamed. */
export interface Chunk {
  readonly code: string;
  /** Whether it may stand anywhere, and in another module. Others keep their order. */
  readonly isFree: boolean;
}

/** A program with a task named `properties/task`. */
export interface Program {
  readonly name: string;
  /** Import statements of the main module, from packages. */
  readonly imports: string;
  readonly chunks: readonly Chunk[];
  /** Edits that change what the program means: a text, and what stands in its place. */
  readonly edits: readonly (readonly [string, string])[];
  /** Edits that change what it means for people, but not for the task: they stand in tasks that it calls. */
  readonly others?: readonly (readonly [string, string])[];
}

/** How a program is written. */
export interface Shape {
  readonly seed: number;
  readonly names: boolean;
  readonly order: boolean;
  readonly comments: boolean;
  readonly moved: boolean;
  readonly compiler: 'none' | 'print' | 'minify';
}

/** As it stands. */
export const fixed: Shape = { seed: 1, names: false, order: false, comments: false, moved: false, compiler: 'none' };

const NAME = /\$[a-zA-Z]+/g;

/** The files of a program in a shape. */
export function write(program: Program, shape: Shape): Readonly<Record<string, string>> {
  const random = randomOf(shape.seed);
  const chunks = shape.order ? shuffled(program.chunks, random) : program.chunks;
  const isMoved = chunks.map((chunk) => shape.moved && chunk.isFree && random() < 0.5);
  const lib = chunks.filter((_, index) => isMoved[index]);
  const main = chunks.filter((_, index) => !isMoved[index]);
  const files: Record<string, string> = { '/main.ts': module(program, main, lib, './lib.ts', shape, random) };
  if (lib.length > 0) files['/lib.ts'] = module(program, lib, main, './main.ts', shape, random);
  if (!shape.names) return files;
  const names = new Map<string, string>();
  const renamed = (name: string): string => {
    let other = names.get(name);
    if (other === undefined) names.set(name, (other = `n${Math.floor(random() * 1e6)}_${names.size}`));
    return other;
  };
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replace(NAME, renamed)]));
}

function module(
  program: Program,
  own: readonly Chunk[],
  others: readonly Chunk[],
  path: string,
  shape: Shape,
  random: () => number,
): string {
  const comment = (): string => (shape.comments && random() < 0.5 ? `/* ${random()} */ // $noise\n` : '');
  const elsewhere = new Set(others.flatMap(declared));
  const used = new Set(own.flatMap((chunk) => chunk.code.match(NAME) ?? []).filter((name) => elsewhere.has(name)));
  const imports = used.size === 0 ? '' : `import { ${[...used].join(', ')} } from '${path}';\n`;
  return program.imports + imports + own.map((chunk) => `${comment()}${chunk.code}\n`).join('\n');
}

/** The names that a chunk exports; each chunk exports what it declares. */
function declared(chunk: Chunk): readonly string[] {
  return [...chunk.code.matchAll(/export (?:async )?(?:const|function\*?|class) (\$[a-zA-Z]+)/g)].map(
    (match) => match[1] ?? '',
  );
}

/** The free chunks anywhere, the others in their order. */
function shuffled(chunks: readonly Chunk[], random: () => number): readonly Chunk[] {
  const result = chunks.filter((chunk) => !chunk.isFree);
  for (const chunk of chunks.filter((one) => one.isFree))
    result.splice(Math.floor(random() * (result.length + 1)), 0, chunk);
  return result;
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
