/** How many jobs were running and waiting over the time of a run. */
import type { RunSnapshot } from '../run-store.ts';

/** How many jobs ran and waited from a moment on, in milliseconds since 1970. */
export interface LoadSample {
  readonly time: number;
  readonly running: number;
  readonly waiting: number;
}

/**
 * The load of a run at each change; where there are more than `most` changes, at moments of equal distance.
 * @param most - how many samples there are at most
 */
export function loadSamples({ jobs, startedAt = 0, endedAt }: RunSnapshot, most: number): readonly LoadSample[] {
  const changes: { time: number; running: number; waiting: number }[] = [];
  for (const { scheduledAt, startedAt: start, endedAt: end = endedAt } of jobs) {
    if (scheduledAt === undefined) continue;
    changes.push({ time: scheduledAt, running: 0, waiting: 1 });
    if (start !== undefined) changes.push({ time: start, running: 1, waiting: -1 });
    const running = start === undefined ? 0 : -1;
    if (end !== undefined) changes.push({ time: end, running, waiting: -1 - running });
  }
  changes.sort((a, b) => a.time - b.time);
  const step = changes.length <= most ? 0 : ((changes.at(-1)?.time ?? 0) - startedAt) / (most - 1);
  const samples: LoadSample[] = [];
  let [running, waiting] = [0, 0];
  for (const [index, change] of changes.entries()) {
    running += change.running;
    waiting += change.waiting;
    const { time } = change;
    const next = changes[index + 1];
    // What happens at the same moment is one change.
    const isLast = next === undefined || next.time > time;
    const isDue =
      next === undefined ||
      step === 0 ||
      Math.floor((next.time - startedAt) / step) > Math.floor((time - startedAt) / step);
    if (isLast && isDue) samples.push({ time, running, waiting });
  }
  return samples;
}
