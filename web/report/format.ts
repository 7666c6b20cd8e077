/** Numbers as people read them. */

const COUNT = new Intl.NumberFormat('en');
const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `12,345` */
export function count(number: number): string {
  return COUNT.format(number);
}

/** `1 job`, `12,345 jobs` */
export function counted(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** A time in milliseconds: `12 µs`, `3.42 ms`, `1.50 s`, `2 min 3 s`, `1 h 2 min`. */
export function time(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '';
  if (milliseconds === 0) return '0 s';
  if (milliseconds < 1) return `${Math.round(milliseconds * 1000)} µs`;
  if (milliseconds < 1000) return `${digits(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${digits(milliseconds / 1000)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${count(Math.floor(seconds / 3600))} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Three digits that count. */
function digits(number: number): string {
  return number.toFixed(number < 10 ? 2 : number < 100 ? 1 : 0);
}

/** A size: `512 B`, `1.50 MiB`. */
export function bytes(number: number | undefined): string {
  if (number === undefined) return '';
  const power = Math.min(BYTES.length - 1, Math.floor(Math.log2(Math.max(1, number)) / 10));
  return power === 0 ? `${count(number)} B` : `${digits(number / 1024 ** power)} ${BYTES[power]}`;
}

/** `87 %` */
export function percent(part: number): string {
  return `${(100 * part).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`;
}

/** `3.7×` */
export function factor(number: number): string {
  return `${number.toFixed(number < 10 ? 2 : 1)}×`;
}

/** A moment: `2026-11-27 14:03:05`, in the reader's time. */
export function moment(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '';
  return `${new Date(milliseconds).toLocaleDateString('sv')} ${new Date(milliseconds).toLocaleTimeString('sv')}`;
}
