/** What the commands of PBS and Torque print, and the times that they are given. */
import type { PilotState } from './launcher.ts';

/** The job that `qsub` has submitted: `12.server`, or `12[].server` for an array. */
export function parseQsub(output: string): string | undefined {
  // A site's own hooks may print lines before.
  return /^\d+(?:\[\])?(?:\.\S+)?$/.exec(output.trim().split('\n').at(-1)?.trim() ?? '')?.[0];
}

/** The job with an index of an array: `12[3].server`. */
export function jobOfArray(array: string, index: number): string {
  return array.replace('[]', `[${index}]`);
}

/** A job's id without its server, which `qstat` may write longer or shorter than `qsub` did. */
export function shortId(id: string): string {
  return id.replace(/\..*/, '');
}

/** The states of jobs, by their short ids, in what `qstat -f` prints. */
export function parseQstat(output: string): ReadonlyMap<string, PilotState> {
  const states = new Map<string, PilotState>();
  let id: string | undefined;
  for (const line of output.split('\n')) {
    const job = /^Job Id:\s*(\S+)/.exec(line)?.[1];
    if (job !== undefined) id = shortId(job);
    // Values may hold such a line, too, but they go on with a tab.
    const state = /^ +job_state = (\w)/.exec(line)?.[1];
    if (id !== undefined && state !== undefined) states.set(id, pilotState(state));
  }
  return states;
}

/** See 'job_state' in pbs_job_attributes(7) and qstat(1B). */
function pilotState(letter: string): PilotState {
  switch (letter) {
    // Queued, held, waiting for its time, on its way to another server.
    case 'Q':
    case 'H':
    case 'W':
    case 'T':
      return 'pending';
    // Completed (Torque), finished, expired, exiting, moved to another server.
    case 'C':
    case 'F':
    case 'X':
    case 'E':
    case 'M':
      return 'ended';
    default:
      return 'running';
  }
}

/** Whether all that a command complained of is jobs that are gone. */
export function isOnlyGone(complaints: string): boolean {
  const lines = complaints.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 0 && lines.every((line) => /unknown job id|job has finished|invalid state for job/i.test(line));
}

/**
 * A time as PBS writes it, in milliseconds: `seconds`, `minutes:seconds` or `hours:minutes:seconds`.
 *
 * @throws RangeError where it is none of these
 */
export function pbsTime(text: string): number {
  if (!/^\d+(:\d+){0,2}$/.test(text))
    throw new RangeError(`Cannot ask for the time '${text}'. Write '1:00:00' or '3600'`);
  return text.split(':').reduce((total, part) => total * 60 + Number(part), 0) * 1000;
}
