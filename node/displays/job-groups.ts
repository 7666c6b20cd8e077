/** Which jobs belong together: those of a workflow that a task with the hint `display` returned. */

/** A stretch of job numbers, and the group that they are in. */
interface Stretch<G> {
  readonly first: number;
  last: number;
  readonly group: G;
}

/** Groups by job number. Numbers of a workflow are consecutive and grow, so what is kept grows with the groups only. */
export class JobGroups<G> {
  #stretches: Stretch<G>[] = [];
  #ended = 0;

  /** Puts the jobs from `first` to `last` into a group. */
  add(first: number, last: number, group: G): void {
    const previous = this.#stretches.at(-1);
    // A recursion makes one workflow after the other.
    if (previous?.group === group && previous.last + 1 === first) previous.last = last;
    else this.#stretches.push({ first, last, group });
  }

  of(job: number): G | undefined {
    let low = 0;
    let high = this.#stretches.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const stretch = this.#stretches[middle];
      if (stretch === undefined) return undefined;
      if (job < stretch.first) high = middle - 1;
      else if (job > stretch.last) low = middle + 1;
      else return stretch.group;
    }
    return undefined;
  }

  /** A group has ended: nothing is asked about its jobs any more. */
  end(isOver: (group: G) => boolean): void {
    if (++this.#ended < 64 || this.#ended * 2 < this.#stretches.length) return;
    this.#stretches = this.#stretches.filter(({ group }) => !isOver(group));
    this.#ended = 0;
  }
}
