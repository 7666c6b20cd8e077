/** At most this many characters of an argument are shown. */
const MAX_LENGTH = 80;
/** At most this many members of a container are shown. */
const MAX_MEMBERS = 5;

/** A list of values, shortened for a message: `4, 'Kneu kneu ...', Float64Array(1000), { a: 1 }`. */
export function summarize(values: readonly unknown[]): string {
  const shown = values.slice(0, MAX_MEMBERS).map((value) => summarizeOne(value, 2));
  if (values.length > MAX_MEMBERS) shown.push(`... ${values.length - MAX_MEMBERS} more`);
  return shown.join(', ');
}

function summarizeOne(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return `'${value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH)}...` : value}'`;
    case 'bigint':
      return `${value}n`;
    case 'function':
      return `[function ${value.name}]`;
    case 'object':
      return value === null ? 'null' : summarizeObject(value, depth);
    default:
      return String(value);
  }
}

function summarizeObject(value: object, depth: number): string {
  if ('$shownAs' in value) return String(value.$shownAs);
  const name = value.constructor?.name ?? 'Object';
  if (Array.isArray(value))
    return depth === 0
      ? `Array(${value.length})`
      : `[${summarizeMembers(value.length, (index) => summarizeOne(value[index], depth - 1))}]`;
  if (ArrayBuffer.isView(value)) return `${name}(${(value as { length?: number }).length ?? value.byteLength})`;
  if (value instanceof Error) return `${value.name}: ${value.message.slice(0, MAX_LENGTH)}`;
  if (name !== 'Object' || depth === 0) return name;
  const entries = Object.entries(value);
  return `{ ${summarizeMembers(entries.length, (index) => `${entries[index]?.[0]}: ${summarizeOne(entries[index]?.[1], depth - 1)}`)} }`;
}

function summarizeMembers(length: number, show: (index: number) => string): string {
  const shown = Array.from({ length: Math.min(length, MAX_MEMBERS) }, (_, index) => show(index));
  if (length > MAX_MEMBERS) shown.push(`... ${length - MAX_MEMBERS} more`);
  return shown.join(', ');
}
