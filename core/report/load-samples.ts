/** How many jobs were running and waiting over the time of a run. */
import type { RunSnapshot } from '../run-store.ts';

/** How many jobs ran and waited from a moment on, in milliseconds since 1970; on average, where there are many changes. */
export interface LoadSample {
  readonly time: number;
  readonly running: number;
  readonly waiting: number;
}

/**
 * The load of a run at each change; where there are more than `most` changes, the averages of spans of equal length.
 * @param most - how many samples there are at most
 */
export function loadSamples(snapshot: RunSnapshot, most: number): readonly LoadSample[] {
  const samples = changesOf(snapshot);
  return samples.length <= most ? samples : averages(samples, most);
}

function changesOf({ jobs, endedAt }: RunSnapshot): readonly LoadSample[] {
  const changes: LoadSample[] = [];
  for (const { scheduledAt, startedAt, endedAt: end = endedAt, builtIn } of jobs) {
    if (builtIn) continue;
    const waits = scheduledAt === undefined ? 0 : 1;
    if (scheduledAt !== undefined) changes.push({ time: scheduledAt, running: 0, waiting: 1 });
    if (startedAt !== undefined) changes.push({ time: startedAt, running: 1, waiting: -waits });
    if (end === undefined) continue;
    changes.push(
      startedAt === undefined ? { time: end, running: 0, waiting: -waits } : { time: end, running: -1, waiting: 0 },
    );
  }
  return summed(changes.sort((a, b) => a.time - b.time));
}

/** What happens at the same moment is one change. */
function summed(changes: readonly LoadSample[]): readonly LoadSample[] {
  const samples: LoadSample[] = [];
  let [running, waiting] = [0, 0];
  for (const [index, change] of changes.entries()) {
    running += change.running;
    waiting += change.waiting;
    if (changes[index + 1]?.time !== change.time) samples.push({ time: change.time, running, waiting });
  }
  return samples;
}

function averages(samples: readonly LoadSample[], count: number): readonly LoadSample[] {
  const begin = samples[0]?.time ?? 0;
  const width = ((samples.at(-1)?.time ?? 0) - begin) / count;
  const spans = Array.from({ length: count }, (_, index) => ({ time: begin + index * width, running: 0, waiting: 0 }));
  for (const [index, { time, running, waiting }] of samples.entries()) {
    const until = samples[index + 1]?.time ?? time;
    // The spans that it reaches into, each by its share.
    for (let span = Math.min(count - 1, Math.floor((time - begin) / width)); span < count; span++) {
      const sum = spans[span];
      if (sum === undefined || sum.time >= until) break;
      const share = (Math.min(until, sum.time + width) - Math.max(time, sum.time)) / width;
      if (share <= 0) continue;
      sum.running += share * running;
      sum.waiting += share * waiting;
    }
  }
  return spans;
}
