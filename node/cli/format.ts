/** Numbers as people read them, and as they write them. */
import type { JobStatus } from '../../core/history.ts';
import type { RecordedJob } from '../../core/recorded-job.ts';
import { UsageError } from './command.ts';
import type { Style } from '../displays/text.ts';

/** How much of a key is shown in lists: enough to ask with. */
export const SHORT_KEY = 12;

/** `850 us`, `12.3 ms`, `3.21 s`, `5 min 3 s` */
export function duration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '';
  if (milliseconds < 1) return `${Math.round(milliseconds * 1000)} us`;
  if (milliseconds < 1000) return `${milliseconds.toPrecision(3)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(2)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `512 B`, `1.5 MB`: units of 1000. */
export function bytes(size: number): string {
  let value = size;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${UNITS[unit]}`;
}

/** `2026-11-26 20:30:15`, as clocks here show it. */
export function moment(time: number): string {
  const date = new Date(time);
  const local = new Date(time - date.getTimezoneOffset() * 60_000);
  return Number.isNaN(local.getTime()) ? '' : local.toISOString().slice(0, 19).replace('T', ' ');
}

/** `20:30:15.123` */
export function clock(time: number): string {
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return Number.isNaN(local.getTime()) ? '' : local.toISOString().slice(11, 23);
}

/** `1 job`, `2 jobs` */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/**
 * The bytes of `500MB`, `2GiB`, `1000`.
 * @throws UsageError where it is none of that
 */
export function parseBytes(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?)b?$/i.exec(text) ?? [];
  const factor = SIZE_UNITS[unit.toLowerCase()];
  if (number === '' || factor === undefined)
    throw new UsageError(`Cannot use --${option} ${text}: it must be a size such as 500MB, 2GiB or 1000`);
  return Number(number) * factor;
}

const TIME_UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * The milliseconds of `30d`, `12h`, `10min`, `90s`, `0`.
 * @throws UsageError where it is none of that
 */
export function parseAge(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)?$/.exec(text) ?? [];
  const factor = number === '0' && unit === '' ? 1 : TIME_UNITS[unit];
  if (number === '' || factor === undefined)
    throw new UsageError(`Cannot use --${option} ${text}: it must be a time such as 30d, 12h, 10min, 90s or 0`);
  return Number(number) * factor;
}

/** `size('Oote')`: the task without the path before its name. */
export function callText({ task, arguments: args }: Pick<RecordedJob, 'task' | 'arguments'>): string {
  return `${task.split(/[/#]/).at(-1)}(${args?.join(', ') ?? '...'})`;
}

/** `-> 4`, `-> 2000 bytes`, `! RangeError: too short` */
export function outcomeText({ result, length, digest, error }: RecordedJob): string {
  if (error !== undefined) return `! ${error.name}: ${error.message}`;
  if (result !== undefined) return `-> ${result}`;
  return digest === undefined || length === undefined ? '' : `-> [${bytes(length)}, ${digest.slice(0, SHORT_KEY)}]`;
}

/** The colour of a status. */
export function statusStyle(status: JobStatus | 'crashed' | 'running' | 'crashed or running'): Style | undefined {
  switch (status) {
    case 'failed':
    case 'crashed':
      return 'red';
    case 'aborted':
    case 'running':
    case 'crashed or running':
      return 'yellow';
    case 'done':
    case 'expanded':
      return 'green';
    case 'retrieved':
    case 'attached':
      return 'cyan';
    case 'joined':
      return 'dim';
  }
}
