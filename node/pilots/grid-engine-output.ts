/** What Grid Engine's commands print, and the times that they are given. */
import type { PilotState } from './launcher.ts';

/** The job that `qsub -terse` has submitted: `12`, or `12.1-3:1` for an array. */
export function parseTerse(output: string): string | undefined {
  // A site's own scripts may print lines before.
  return /^(\d+)(?:\.\d+-\d+:\d+)?$/.exec(output.trim().split('\n').at(-1)?.trim() ?? '')?.[1];
}

/**
 * The states of jobs in the table of `qstat -g d`, which has a line for each job of an array. Those have the id
 * `12.3`. A name in it has no blanks: pilots are named by a word.
 */
export function parseTable(output: string): ReadonlyMap<string, PilotState> {
  const states = new Map<string, PilotState>();
  for (const line of output.split('\n')) {
    // job, priority, name, user, state, date, time, queue if any, slots, index if any
    const [, job, state, rest] = /^\s*(\d+) +[\d.]+ +\S+ +\S+ +(\w+) +\S+ +\S+ +(.*)$/.exec(line) ?? [];
    if (job === undefined || state === undefined || rest === undefined) continue;
    const columns = rest
      .trim()
      .split(/\s+/)
      .filter((column) => /^\d+$/.test(column));
    const index = columns.length > 1 ? `.${columns.at(-1)}` : '';
    states.set(job + index, pilotState(state));
  }
  return states;
}

/** See 'state' in qstat(1). A job in error waits for somebody to clear that: it never begins. */
function pilotState(state: string): PilotState {
  if (state.includes('E')) return 'ended';
  if (state.includes('d')) return 'ended';
  return state.includes('q') ? 'pending' : 'running';
}

/** What `qstat -j` says of a job that is in error: `can't chdir to /nowhere: No such file or directory`. */
export function parseErrorReason(output: string): string | undefined {
  return /^error reason\s+\d+:\s*(?:.*? error: )?(.*)$/m.exec(output)?.[1]?.trim();
}

/** Whether all that a command complained of is jobs that are gone. */
export function isOnlyMissing(complaints: string): boolean {
  const lines = complaints.split('\n').filter((line) => line.trim() !== '');
  return lines.every((line) => /does not exist|has deleted|has registered|is already in deletion/i.test(line));
}

/**
 * A time as Grid Engine writes it, in milliseconds: `hours:minutes:seconds`, or `seconds`.
 *
 * @throws RangeError where it is none of these
 */
export function gridEngineTime(text: string): number {
  if (!/^(\d+|\d*:\d*:\d*)$/.test(text))
    throw new RangeError(`Cannot ask for the time '${text}'. Write '1:00:00' or '3600'`);
  return text.split(':').reduce((total, part) => total * 60 + Number(part), 0) * 1000;
}
