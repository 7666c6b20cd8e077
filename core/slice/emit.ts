/** Slices as code: of each module the statements that are reached, as they were written. */
import type { Closure, Item } from './closure.ts';
import { byStatement, printedPart, type ModuleRecord, type Part } from './module-record.ts';
import type { Found } from './locate.ts';
import { child, children, nameOf, type SyntaxNode } from './syntax.ts';

/** The name under which a slice's entry module exports the function. */
export const ENTRY = '$task';

/** What of a module is reached. */
export interface ModuleSlice {
  readonly path: string;
  /** Its code, in the module's own language: types inside of statements stay. */
  readonly code: string;
  /** Where its statements stand in the source: `[start, end]`, in their order, without imports and re-exports. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** The modules of a closure, each after those that it imports; the function's own comes last. */
export function emit(closure: Closure, found: Found): readonly ModuleSlice[] {
  const entry = closure.root.record;
  const others = closure.linker.order(entry).filter((record) => record !== entry);
  return [...others, entry].map((record) => moduleSlice(closure, record, record === entry ? found : undefined));
}

function moduleSlice(closure: Closure, record: ModuleRecord, found: Found | undefined): ModuleSlice {
  const parts = closure.items.filter(
    (item): item is Item & { kind: 'part' } => item.kind === 'part' && item.record === record,
  );
  const reached = new Set(parts.map((item) => item.part));
  const { lines, ranges } = statements(record, reached);
  const needed = mentioned(closure, record, reached);
  const exported = [...(closure.linker.uses.get(record.path)?.exports ?? [])];
  for (const [, own] of exported) if ('local' in own) needed.add(own.local);
  const entry = found === undefined ? [] : [`export const ${ENTRY} = ${entryExpression(record, found)};`];
  const exports = exported.flatMap(([name, own]) => exportLine(record, name, own));
  const pragma = needed.has(JSX) ? jsxPragma(record) : [];
  const code = [...pragma, ...importLines(record, needed), ...lines, ...exports, ...entry].join('\n');
  return { path: record.path, code: `${code}\n`, ranges };
}

/** What stands for JSX among the names that are needed. */
const JSX = '<>';

/** The comments that say what JSX means in a module. */
function jsxPragma(record: ModuleRecord): readonly string[] {
  return (record.source.match(/@jsx\w*\s+\S+/g) ?? []).map((pragma) => `/** ${pragma} */`);
}

function mentioned(closure: Closure, record: ModuleRecord, reached: ReadonlySet<Part>): Set<string> {
  const texts = record.parts.filter((part) => reached.has(part)).map((part) => printedPart(record, part).text);
  if (record === closure.root.record) texts.push(closure.root.printed.text);
  const names = new Set<string>();
  for (const { mentions } of texts) {
    for (const mention of mentions) {
      if (mention.kind === 'name' || mention.kind === 'member') names.add(mention.name);
      if (mention.kind === 'jsx') names.add('React').add(JSX);
    }
  }
  return names;
}

function statements(
  record: ModuleRecord,
  reached: ReadonlySet<Part>,
): { readonly lines: readonly string[]; readonly ranges: readonly (readonly [number, number])[] } {
  const lines: string[] = [];
  const ranges: (readonly [number, number])[] = [];
  const all = byStatement(record.parts);
  for (const [statement, parts] of all) {
    const kept = parts.filter((part) => reached.has(part));
    if (kept.length === 0) continue;
    lines.push(kept.length === parts.length ? slice(record, statement) : someDeclarators(record, statement, kept));
    ranges.push(...(kept.length === parts.length ? [range(statement)] : kept.map((part) => range(part.node))));
  }
  return { lines, ranges };
}

function someDeclarators(record: ModuleRecord, statement: SyntaxNode, kept: readonly Part[]): string {
  const declaration = child(statement, 'declaration') ?? statement;
  const prefix = declaration === statement ? '' : 'export ';
  return `${prefix}${String(declaration['kind'])} ${kept.map((part) => slice(record, part.node)).join(', ')};`;
}

function slice(record: ModuleRecord, node: SyntaxNode): string {
  return record.source.slice(...range(node));
}

/** Where a node stands, with decorators that stand before its `export`. */
function range(node: SyntaxNode): readonly [number, number] {
  const decorators = children(child(node, 'declaration') ?? node, 'decorators');
  return [Math.min(node.start, decorators[0]?.start ?? node.start), node.end];
}

/** The imports, with the names that are needed only. */
function importLines(record: ModuleRecord, needed: ReadonlySet<string>): readonly string[] {
  const statementsOf = new Set([...record.imports.values()].map((one) => one.statement));
  return [...statementsOf].flatMap((statement) => {
    const clauses: string[] = [];
    const names: string[] = [];
    for (const [local, one] of record.imports) {
      if (one.statement !== statement || !needed.has(local)) continue;
      if (one.imported === '*') clauses.push(`* as ${local}`);
      else if (one.imported === 'default') names.push(`default as ${local}`);
      else names.push(renamed(one.imported, local));
    }
    if (names.length > 0) clauses.push(`{ ${names.join(', ')} }`);
    if (clauses.length === 0) return [];
    const source = child(statement, 'source');
    const from = source === undefined ? '' : record.source.slice(source.start, statement.end).replace(/;?\s*$/, ';');
    return clauses.map((clause) => `import ${clause} from ${from}`);
  });
}

function renamed(outside: string, local: string): string {
  if (outside === local) return local;
  return `${quoted(outside)} as ${local}`;
}

/** An export that does not stand with its declaration. */
function exportLine(
  record: ModuleRecord,
  name: string,
  own: { readonly local: string } | { readonly specifier: string; readonly imported: string },
): readonly string[] {
  if ('local' in own) {
    const statement = record.partsOf.get(own.local)?.[0]?.statement;
    const isWithDeclaration =
      name === 'default'
        ? statement?.type === 'ExportDefaultDeclaration'
        : statement?.type === 'ExportNamedDeclaration' && name === own.local;
    return isWithDeclaration ? [] : [`export { ${reversed(own.local, name)} };`];
  }
  const from = JSON.stringify(own.specifier);
  return own.imported === '*'
    ? [`export * as ${quoted(name)} from ${from};`]
    : [`export { ${reversed(own.imported, name)} } from ${from};`];
}

function reversed(local: string, outside: string): string {
  return local === outside ? quoted(local) : `${quoted(local)} as ${quoted(outside)}`;
}

function quoted(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}

/** The function, as an expression of the module. */
function entryExpression(record: ModuleRecord, found: Found): string {
  const { node, owner } = found;
  if (owner !== undefined) {
    const key = `[${node['computed'] === true ? slice(record, child(node, 'key') ?? node) : JSON.stringify(nameOf(child(node, 'key')))}]`;
    return `${nameOf(child(owner, 'id'))}${node['static'] === true ? '' : '.prototype'}${key}`;
  }
  if (node.type.endsWith('Declaration')) return nameOf(child(node, 'id')) || 'undefined';
  const isMethod = node.type === 'FunctionExpression' && !/^(?:async\b\s*)?function\b/.test(slice(record, node));
  return isMethod ? methodExpression(record, node) : `(${slice(record, node)})`;
}

/** The function of a method in an object: `add(a, b) {}` becomes `function (a, b) {}`. */
function methodExpression(record: ModuleRecord, node: SyntaxNode): string {
  const head = `${node['async'] === true ? 'async ' : ''}function${node['generator'] === true ? '*' : ''}`;
  return `(${head} ${slice(record, node)})`;
}
