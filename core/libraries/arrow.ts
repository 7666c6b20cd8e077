import type { AnyClass, Serializer } from '../serializer.ts';

/** As much of the module `apache-arrow` as is needed. */
export interface ArrowLibrary {
  readonly Table: AnyClass;
  tableToIPC(table: never, type: 'stream'): Uint8Array;
  tableFromIPC(bytes: Uint8Array): object;
  readonly Vector: new (data: never) => unknown;
  readonly Dictionary: new (dictionary: never, indices: never, id: number, isOrdered: boolean) => unknown;
}

/** A table, as far as its columns are concerned. */
interface ArrowTable {
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: ArrowType }[] };
  getChild(name: string): { readonly data: readonly { clone(type: unknown): unknown }[] } | null;
}

/** A column's type; of dictionaries, with what they are made of. */
interface ArrowType {
  readonly id?: unknown;
  readonly dictionary?: unknown;
  readonly indices?: unknown;
  readonly isOrdered?: boolean;
}

/**
 * The serialiser of Apache Arrow tables: their data is one Arrow IPC stream, whose buffers are read without a copy. Equal
 * tables in equal batches have equal keys: numbers of dictionaries, which the library counts up, are made the same.
 *
 * @param arrow the library: `import * as arrow from 'apache-arrow'`
 * @example
 * export const registry = createRegistry({ serializers: [arrowTables(arrow)] });
 */
export function arrowTables(arrow: ArrowLibrary): Serializer<object, Uint8Array> {
  const write = (table: object): Uint8Array =>
    arrow.tableToIPC(renumbered(table as ArrowTable, arrow) as never, 'stream');
  return {
    tag: 'arrow/Table',
    class: arrow.Table,
    // A table that was read is laid out otherwise than one that was made: what was written and read once is written the same.
    serialize: (table, pack) => pack(write(arrow.tableFromIPC(write(table)))),
    deserialize: (bytes) => arrow.tableFromIPC(asBytes(bytes)),
  };
}

/** A table whose dictionaries are numbered from 0 on, in the order of the columns. */
function renumbered(table: ArrowTable, { Table, Vector, Dictionary }: ArrowLibrary): object {
  let next = 0;
  const columns: Record<string, unknown> = {};
  for (const { name, type } of table.schema.fields) {
    const column = table.getChild(name);
    if (column === null || type.dictionary === undefined || type.indices === undefined) {
      columns[name] = column;
      continue;
    }
    const numbered = new Dictionary(type.dictionary as never, type.indices as never, next++, type.isOrdered === true);
    columns[name] = new Vector(column.data.map((data) => data.clone(numbered)) as never);
  }
  // Without dictionaries the table stays, with all that belongs to its schema.
  return next === 0 ? table : (Reflect.construct(Table, [columns]) as object);
}

/** As much of the module `arquero` as is needed. */
export interface ArqueroLibrary {
  readonly ColumnTable: AnyClass;
  toArrowIPC(table: never): Uint8Array | null | undefined;
  fromArrow(bytes: never): object;
}

/**
 * The serialiser of Arquero's data frames, by way of Apache Arrow.
 *
 * @param arquero the library: `import * as aq from 'arquero'`
 * @example
 * export const registry = createRegistry({ serializers: [arqueroTables(aq)] });
 */
export function arqueroTables(arquero: ArqueroLibrary): Serializer<object, Uint8Array> {
  return {
    tag: 'arquero/ColumnTable',
    class: arquero.ColumnTable,
    serialize: (table, pack) => pack(asBytes(arquero.toArrowIPC(table as never))),
    deserialize: (bytes) => arquero.fromArrow(asBytes(bytes) as never),
  };
}

function asBytes(data: unknown): Uint8Array {
  // The libraries make views of numbers of up to eight bytes in it.
  if (data instanceof Uint8Array) return data.byteOffset % 8 === 0 ? data : data.slice();
  throw new TypeError('a table without an Arrow IPC stream');
}
