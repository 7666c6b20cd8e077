import type { Drawable, DrawnJob } from './drawable.ts';

/**
 * The workflow that a job returned, the one that the last call of that returned, and so on: what each of them comes to is
 * the result of the first job. A loop of a million steps is such a chain, and would else be a million boxes in boxes.
 */
export function tailCalls({ jobs, parts }: Drawable, part: number): readonly number[] {
  const links: number[] = [];
  let next: number | undefined = part;
  while (next !== undefined) {
    const link: number = next;
    links.push(link);
    const root: DrawnJob | undefined = jobs[parts[link]?.root ?? -1];
    // Parts stand after the ones that they come from, so this ends.
    next = root?.part === link && root.into !== undefined && root.into > link ? root.into : undefined;
  }
  return links;
}
