/** What Slurm's commands print, and the times that they are given. */
import type { PilotState } from './launcher.ts';

/** The job that `sbatch --parsable` has submitted: `12`, or `12;cluster`. */
export function parseSbatch(output: string): string | undefined {
  // A site's own plugins may print lines before.
  return /^(\d+)(?:;\S*)?$/.exec(output.trim().split('\n').at(-1) ?? '')?.[1];
}

/** The states of jobs in lines like `12_3|RUNNING`. */
export function parseSqueue(output: string): ReadonlyMap<string, PilotState> {
  const states = new Map<string, PilotState>();
  for (const line of output.split('\n')) {
    const [, id, state] = /^(\d+(?:_\d+)?)\|(\w+)/.exec(line.trim()) ?? [];
    if (id !== undefined && state !== undefined) states.set(id, pilotState(state));
  }
  return states;
}

/** See 'JOB STATE CODES' in squeue(1). What is unknown here has not ended: it would be missing. */
function pilotState(state: string): PilotState {
  switch (state) {
    case 'PENDING':
    case 'CONFIGURING':
    case 'REQUEUED':
    case 'REQUEUE_FED':
    case 'REQUEUE_HOLD':
    case 'SPECIAL_EXIT':
    case 'RESV_DEL_HOLD':
      return 'pending';
    case 'BOOT_FAIL':
    case 'CANCELLED':
    case 'COMPLETED':
    case 'COMPLETING':
    case 'DEADLINE':
    case 'FAILED':
    case 'NODE_FAIL':
    case 'OUT_OF_MEMORY':
    case 'PREEMPTED':
    case 'REVOKED':
    case 'TIMEOUT':
      return 'ended';
    default:
      return 'running';
  }
}

/**
 * Slurm's times in milliseconds: `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`,
 * `days-hours:minutes` or `days-hours:minutes:seconds`. `undefined` for what has no end.
 *
 * @throws RangeError where it is none of these
 */
export function slurmTime(text: string): number | undefined {
  if (/^(infinite|unlimited|-1)$/i.test(text)) return undefined;
  const [, days, first, second, third] = /^(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?$/.exec(text) ?? [];
  if (first === undefined)
    throw new RangeError(`Cannot ask Slurm for the time '${text}'. Write '30' (minutes), '1:00:00' or '2-12'`);
  const [a, b, c] = [first, second ?? 0, third ?? 0].map(Number) as [number, number, number];
  if (days !== undefined) return seconds(Number(days) * 24 + a, b, c);
  return third === undefined ? seconds(0, a, b) : seconds(a, b, c);
}

function seconds(hours: number, minutes: number, rest: number): number {
  return (hours * 3600 + minutes * 60 + rest) * 1000;
}
