/** Slices as modules: edits of the modules that a program consists of, which leave what its tasks reach. */
import type { CutTask } from './cut-task.ts';
import { applyEdits, atEnd, editedRange, sortEdits, type Edit } from './edits.ts';
import type { Making } from './making.ts';
import type { ModuleGraph } from './module-graph.ts';
import type { ModuleMarks } from './module-marks.ts';
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
}

/**
 * Writes one module of a slice.
 * @param marks - of the tasks of the module
 * @param made - the tasks that the module must make when it is evaluated
 */
export function sliceModule(
  module: ReachedModule,
  marks: ModuleMarks,
  made: readonly CutTask[],
  writing: SliceWriting,
): SliceModule {
  const { record } = module;
  const links = new Links(record, writing);
  const outer = statementEdits(module, (specifier) => links.write(specifier));
  const literals = literalEdits(module, links);
  const inner = (alone?: CutTask): readonly Edit[] => sortEdits([...literals, ...marks.edits(alone)]);
  const statements = made.flatMap((task) =>
    task.making?.kind === 'statement' ? [statementText(task, task.making, inner(task))] : [],
  );
  const kept = sortEdits([...outer, ...inner().filter((edit) => !outer.some((one) => isInside(edit, one)))]);
  const [, ...added] = withHelpers([applyEdits(record.source, kept), ...new Set(statements)], marks.helpers(inner()));
  const edits = added.length === 0 ? kept : [...kept, atEnd(record.source, added)];
  return { path: record.path, edits, imports: [...links.imports], files: [...links.files] };
}

/** The texts, and those helpers that they call. */
function withHelpers(texts: readonly string[], helpers: ReadonlyMap<string, string>): readonly string[] {
  const missing = [...helpers].filter(
    ([name, text]) => !texts.includes(text) && texts.some((one) => one.includes(`${name}(`)),
  );
  return missing.length === 0 ? texts : withHelpers([...texts, ...missing.map(([, text]) => text)], helpers);
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
  const { record, fn, owner, node, property, maker } = site;
  const callee = record.source.slice(maker.start, maker.end);
  const text = (one: SyntaxNode): string => editedRange(record.source, edits, one.start, one.end);
  if (site.kind === 'method' || site.kind === 'class') return `(${text(owner ?? node)});`;
  const hints = hintsText(site.given, property !== undefined, making.hints && text(making.hints));
  if (property === undefined) return `${callee}(${text(fn)}${hints});`;
  const namespace = JSON.stringify(literalText(children(node, 'arguments')[0]));
  return `${callee}(${namespace}, { ${text(property)} }${hints});`;
}

function hintsText(name: string | undefined, isMember: boolean, hints: string | undefined): string {
  if (hints !== undefined) return `, ${hints}`;
  return name === undefined || isMember ? '' : `, { name: ${JSON.stringify(name)} }`;
}
