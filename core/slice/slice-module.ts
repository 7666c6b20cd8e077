/** Slices as modules: edits of the modules that a program consists of, which leave what its tasks reach. */
import type { CutTask, Making } from './cut-task.ts';
import { editedRange, sortEdits, type Edit } from './edits.ts';
import type { ModuleGraph } from './module-graph.ts';
import type { ModuleRecord } from './module-record.ts';
import { mentionsOf, type ReachedModule } from './reached.ts';
import { statementEdits } from './slice-edits.ts';
import { child, children, literalText, type SyntaxNode } from './syntax.ts';

/** A module of a slice. */
export interface SliceModule {
  readonly path: string;
  /** On the source: what is not reached is removed, imports are narrowed and rewritten, marks and lifting are inside. */
  readonly edits: readonly Edit[];
  /** Paths of slice modules that it imports. */
  readonly imports: readonly string[];
  /** Paths of data that it reads. */
  readonly files: readonly string[];
}

/** What writing a slice's module needs. */
export interface SliceWriting {
  readonly graph: ModuleGraph;
  readonly sliceSpecifier: (path: string, importer: string) => string;
  /** The edits that make a task of a function, with its mark; `isAlone` where the functions around it are not there. */
  readonly taskEdits: (task: CutTask, isAlone: boolean) => readonly Edit[];
}

/**
 * Writes one module of a slice.
 * @param tasks - all tasks of the module
 * @param made - those that the module must make when it is evaluated
 */
export function sliceModule(
  module: ReachedModule,
  tasks: readonly CutTask[],
  made: readonly CutTask[],
  writing: SliceWriting,
): SliceModule {
  const { record } = module;
  const links = new Links(record, writing);
  const outer = statementEdits(module, (specifier) => links.write(specifier));
  const literals = literalEdits(module, links);
  const inner = (alone?: CutTask): readonly Edit[] =>
    sortEdits([...literals, ...tasks.flatMap((task) => writing.taskEdits(task, task === alone))]);
  const statements = new Set(
    made.flatMap((task) => (task.making?.kind === 'statement' ? [statementText(task, task.making, inner(task))] : [])),
  );
  const end = record.source.length;
  const edits = [...outer, ...inner().filter((edit) => !outer.some((one) => isInside(edit, one)))];
  if (statements.size > 0) edits.push({ start: end, end, text: `\n${[...statements].join('\n')}\n` });
  return { path: record.path, edits: sortEdits(edits), imports: [...links.imports], files: [...links.files] };
}

function isInside(edit: Edit, outer: Edit): boolean {
  return outer.start <= edit.start && edit.end <= outer.end;
}

/** The modules and files that a slice's module leads to. */
class Links {
  readonly imports = new Set<string>();
  readonly files = new Set<string>();
  readonly #record: ModuleRecord;
  readonly #writing: SliceWriting;

  constructor(record: ModuleRecord, writing: SliceWriting) {
    this.#record = record;
    this.#writing = writing;
  }

  /** The specifier by which the slice imports what the module imports, in quotes. */
  write(specifier: string, isFile = false): string {
    const { graph, sliceSpecifier } = this.#writing;
    const resolved = graph.resolve(specifier, this.#record.path);
    if (resolved === undefined || !('module' in resolved)) return JSON.stringify(specifier);
    const path = resolved.module;
    (isFile || 'kind' in graph.load(path) ? this.files : this.imports).add(path);
    return JSON.stringify(sliceSpecifier(path, this.#record.path));
  }
}

/** `import('...')` and `new URL('...', import.meta.url)` lead elsewhere in a slice. */
function literalEdits(module: ReachedModule, links: Links): readonly Edit[] {
  return mentionsOf(module).flatMap((mention) => {
    if (mention.kind !== 'module' && mention.kind !== 'asset') return [];
    const literal = mention.kind === 'module' ? child(mention.node, 'source') : children(mention.node, 'arguments')[0];
    if (literal === undefined) return [];
    return [{ start: literal.start, end: literal.end, text: links.write(mention.specifier, mention.kind === 'asset') }];
  });
}

/** A statement for the end of the module that makes a task, which stands in an expression or a function. */
function statementText({ site }: CutTask, making: Making & { kind: 'statement' }, edits: readonly Edit[]): string {
  const { record, fn, owner, node, property } = site;
  const text = (one: SyntaxNode): string => editedRange(record.source, edits, one.start, one.end);
  if (site.kind === 'method' || site.kind === 'class') return `(${text(owner ?? node)});`;
  const hints = hintsText(site.given, property !== undefined, making.hints && text(making.hints));
  if (property === undefined) return `${text(site.maker)}(${text(fn)}${hints});`;
  const namespace = JSON.stringify(literalText(children(node, 'arguments')[0]));
  return `${text(site.maker)}(${namespace}, { ${text(property)} }${hints});`;
}

function hintsText(name: string | undefined, isMember: boolean, hints: string | undefined): string {
  if (hints !== undefined) return `, ${hints}`;
  return name === undefined || isMember ? '' : `, { name: ${JSON.stringify(name)} }`;
}
