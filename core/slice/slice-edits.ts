/** What becomes of a module's statements in a slice: what is not reached goes, and each line stays where it is. */
import { lineEnds, type Edit } from './edits.ts';
import { byStatement, type ModuleRecord, type Part } from './module-record.ts';
import { namesIn, type ReachedModule } from './reached.ts';
import { child, children, isErased, nameOf, type SyntaxNode } from './syntax.ts';

/** Writes the specifier, in quotes, by which a slice imports what a module imports by another one. */
export type WriteSpecifier = (specifier: string) => string;

/** The edits that remove what is not reached, and narrow imports and exports; their ranges are statements or declarators. */
export function statementEdits(module: ReachedModule, write: WriteSpecifier): readonly Edit[] {
  const { record } = module;
  const names = namesIn(module);
  const partsOf = byStatement(record.parts);
  const edits: Edit[] = [];
  let isOpen = false;
  for (const statement of record.statements) {
    const own = editsOf(module, statement, partsOf.get(statement) ?? [], names, write);
    const [start, end] = rangeOf(statement);
    if (own === undefined) {
      // What is removed may have held the semicolon that ends the statement before it.
      edits.push({ start, end, text: (isOpen ? ';' : '') + lineEnds(record.source.slice(start, end)) });
      isOpen = false;
    } else {
      edits.push(...own);
      isOpen = record.source[end - 1] !== ';';
    }
  }
  return edits;
}

/** The edits inside of a statement; `undefined` where it goes. */
function editsOf(
  module: ReachedModule,
  statement: SyntaxNode,
  parts: readonly Part[],
  names: ReadonlySet<string>,
  write: WriteSpecifier,
): readonly Edit[] | undefined {
  const { record } = module;
  if (isErased(statement)) return undefined;
  if (statement.type === 'ImportDeclaration')
    return replaced(record, statement, importText(record, statement, names, write));
  const isExport = statement.type === 'ExportAllDeclaration' || statement.type === 'ExportNamedDeclaration';
  if (isExport && parts.length === 0) return replaced(record, statement, exportText(module, statement, write));
  const kept = parts.filter((part) => module.parts.has(part));
  if (kept.length === 0) return undefined;
  return kept.length === parts.length ? [] : declaratorEdits(record, parts, module.parts);
}

/** Where a statement stands, with decorators that stand before its `export`. */
function rangeOf(statement: SyntaxNode): readonly [number, number] {
  const decorators = children(child(statement, 'declaration') ?? statement, 'decorators');
  return [Math.min(statement.start, decorators[0]?.start ?? statement.start), statement.end];
}

function replaced(record: ModuleRecord, statement: SyntaxNode, text: string): readonly Edit[] | undefined {
  if (text === '') return undefined;
  const { start, end } = statement;
  return [{ start, end, text: text + lineEnds(record.source.slice(start, end)) }];
}

function declaratorEdits(
  record: ModuleRecord,
  parts: readonly Part[],
  kept: ReadonlyMap<Part, unknown>,
): readonly Edit[] {
  const last = parts.findLastIndex((part) => kept.has(part));
  return parts.flatMap((part, index) => {
    if (kept.has(part)) return [];
    const [start, end] =
      index < last
        ? [part.node.start, parts[index + 1]?.node.start ?? part.node.end]
        : [parts[index - 1]?.node.end ?? part.node.start, part.node.end];
    return [{ start, end, text: lineEnds(record.source.slice(start, end)) }];
  });
}

/** An import with the names that are needed only. */
function importText(
  record: ModuleRecord,
  statement: SyntaxNode,
  names: ReadonlySet<string>,
  write: WriteSpecifier,
): string {
  const spaces: string[] = [];
  const members: string[] = [];
  for (const [local, one] of record.imports) {
    if (one.statement !== statement || !names.has(local)) continue;
    if (one.imported === '*') spaces.push(`* as ${local}`);
    else members.push(one.imported === local ? local : `${quoted(one.imported)} as ${local}`);
  }
  if (members.length > 0) spaces.push(`{ ${members.join(', ')} }`);
  return spaces.map((clause) => `import ${clause} from ${sourceText(record, statement, write)};`).join(' ');
}

/** The specifier, and what else is said of the import. */
function sourceText(record: ModuleRecord, statement: SyntaxNode, write: WriteSpecifier): string {
  const source = child(statement, 'source') ?? statement;
  return write(nameOf(source)) + record.source.slice(source.end, statement.end).replace(/;?\s*$/, '');
}

/** `export { a, b as c }` with or without `from`, and `export * from`, with the names that are needed only. */
function exportText(module: ReachedModule, statement: SyntaxNode, write: WriteSpecifier): string {
  const { record, exports } = module;
  const from = child(statement, 'source') === undefined ? '' : ` from ${sourceText(record, statement, write)}`;
  if (statement.type === 'ExportAllDeclaration') {
    const exported = child(statement, 'exported');
    if (exported !== undefined)
      return exports.has(nameOf(exported)) ? `export * as ${quoted(nameOf(exported))}${from};` : '';
    const names = starredNames(module, statement).map(quoted);
    return names.length === 0 ? '' : `export { ${names.join(', ')} }${from};`;
  }
  const members = children(statement, 'specifiers').flatMap((one) => {
    const [local, name] = [nameOf(child(one, 'local')), nameOf(child(one, 'exported'))];
    const isKept = exports.has(name) || (from === '' && isReached(module, local));
    return isKept && !isErased(one) ? [local === name ? quoted(name) : `${quoted(local)} as ${quoted(name)}`] : [];
  });
  return members.length === 0 ? '' : `export { ${members.join(', ')} }${from};`;
}

/** Workers know classes by the names under which their modules export them. */
function isReached({ record, parts }: ReachedModule, local: string): boolean {
  return record.partsOf.get(local)?.some((part) => parts.has(part)) === true;
}

/** The names that the first `export *` from a module passes on. */
function starredNames({ record, exports }: ReachedModule, statement: SyntaxNode): readonly string[] {
  const specifier = nameOf(child(statement, 'source'));
  const isFirst = record.statements.find(
    (one) =>
      one.type === 'ExportAllDeclaration' && !child(one, 'exported') && nameOf(child(one, 'source')) === specifier,
  );
  if (isFirst !== statement) return [];
  return [...exports].flatMap(([name, own]) =>
    !record.exports.has(name) && 'specifier' in own && own.specifier === specifier ? [name] : [],
  );
}

function quoted(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}
