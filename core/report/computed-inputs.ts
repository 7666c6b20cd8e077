/** From which computations the arguments of a job come, through jobs of the language itself and returned workflows. */
import type { RunSnapshot } from '../run-store.ts';

/** At most so many are followed for one job. */
const MAX_INPUTS = 200;

/**
 * What tells of a job which others computed its arguments.
 * @param isComputed - whether a job is one that counts; others are looked through
 */
export function computedInputs(
  { jobs, parts }: RunSnapshot,
  isComputed: (job: number) => boolean,
): (job: number) => ReadonlySet<number> {
  return (job) => {
    const found = new Set<number>();
    const seen = new Set<number>([job]);
    const open = inputsOf(job);
    for (let next = open.pop(); next !== undefined && seen.size < MAX_INPUTS; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const into = jobs[next]?.into;
      // Its result is that of the workflow that it returned.
      if (into !== undefined) open.push(parts[into]?.root ?? -1);
      else if (isComputed(next)) found.add(next);
      else open.push(...inputsOf(next));
    }
    return found;
  };

  function inputsOf(job: number): number[] {
    return (jobs[job]?.inputs ?? []).map((input) => input.job).reverse();
  }
}
