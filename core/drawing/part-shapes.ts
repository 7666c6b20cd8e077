/** Tells workflows that jobs returned by their shape: which calls they have, and how these hang together. */
import type { DrawnJob, Drawable } from './drawable.ts';

/** A number for each part: the same for those of the same shape. Parts stand after the one with their parent. */
export function partShapes({ jobs, parts }: Drawable): readonly number[] {
  const numbers = new Map<string, number>();
  const shapes: number[] = Array.from({ length: parts.length }, () => -1);
  const places = new Map<number, number>();
  for (let index = parts.length - 1; index >= 0; index--) {
    const members = parts[index]?.jobs ?? [];
    places.clear();
    for (const [place, job] of members.entries()) places.set(job, place);
    const text = members.map((job) => callShape(jobs[job], places, shapes)).join(';');
    let number = numbers.get(text);
    if (number === undefined) numbers.set(text, (number = numbers.size));
    shapes[index] = number;
  }
  return shapes;
}

function callShape(job: DrawnJob | undefined, places: Map<number, number>, shapes: readonly number[]): string {
  if (job === undefined) return '';
  const inputs = job.inputs.map(({ job: input, argument }) => `${argument}:${places.get(input) ?? ''}`);
  return `${job.name}(${inputs.join()})${job.into === undefined ? '' : `>${shapes[job.into]}`}`;
}
