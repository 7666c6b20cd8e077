/** Makes the scene of a workflow: from the outermost boxes inwards. */
import { classesOf, groupsOf, type Alike } from './collapse.ts';
import type { Drawable, DrawnJob } from './drawable.ts';
import { callLabel, countText, shortNames } from './labels.ts';
import { partShapes } from './part-shapes.ts';
import { sceneEdges } from './scene-edges.ts';
import type { Scene, SceneBox, SceneOptions } from './scene.ts';
import { tailCalls } from './tail-calls.ts';

/** A group that is open shows at most this many calls. */
const MAX_CELLS = 1000;
/** More boxes side by side would take seconds to lay out. */
const MAX_LAID_OUT = 8000;
/** A longer chain of tail calls is cut: it shows its first links, and its last one. */
const MAX_LINKS = 4;
const FIRST_LINKS = 2;

/** What a box has inside: workflows side by side, or each one the tail call of the one before. */
interface Inside {
  readonly box: number;
  readonly parts: readonly number[];
  readonly chained: boolean;
}

/** A call that is about to get a box. */
interface Placed {
  readonly job: number;
  /** Which of the workflows beside each other it is in. */
  readonly link: number;
}

/**
 * Calls that are alike. Where that leaves more boxes than can be laid out, less is asked for: in the end, that they are calls
 * of the same task.
 */
function fewGroups(alike: readonly Alike[], collapse: number): readonly (readonly number[])[] {
  let groups: readonly (readonly number[])[] = [];
  for (const rounds of [undefined, 2, 1, 0]) {
    groups = groupsOf(classesOf(alike, rounds));
    const boxes = groups.reduce((sum, { length }) => sum + (length >= collapse ? 1 : length), 0);
    if (boxes <= MAX_LAID_OUT || collapse === Infinity) break;
  }
  return groups;
}

/** Makes one scene. */
export class SceneBuilder {
  readonly #drawable: Drawable;
  readonly #options: Required<SceneOptions>;
  readonly #shapes: readonly number[];
  readonly #nameOf: (name: string) => string;
  readonly #boxes: SceneBox[] = [];
  readonly #boxOf: Int32Array;
  /** Breadth first: where there is too much to show, what is far inside stays closed. */
  readonly #waiting: Inside[] = [];
  /** Pairs of jobs: the second one is part of what the first one returned. */
  readonly #becomes: (readonly [from: number, to: number])[] = [];

  constructor(drawable: Drawable, options: Required<SceneOptions>) {
    this.#drawable = drawable;
    this.#options = options;
    this.#shapes = partShapes(drawable);
    this.#nameOf = shortNames(drawable.jobs);
    this.#boxOf = new Int32Array(drawable.jobs.length).fill(-1);
  }

  build(): Scene {
    const { parts } = this.#drawable;
    const outermost = [...parts.keys()].filter((part) => parts[part]?.parent === undefined);
    this.#waiting.push({ box: -1, parts: outermost, chained: false });
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#fill(next);
    this.#hideTheRest();
    const edges = sceneEdges(this.#drawable, this.#boxes, this.#boxOf, this.#becomes);
    return { boxes: this.#boxes, edges, boxOf: this.#boxOf };
  }

  /** Jobs of what is not shown belong to the box of the job that returned it. */
  #hideTheRest(): void {
    for (const { parent, jobs } of this.#drawable.parts) {
      const box = parent === undefined ? -1 : (this.#boxOf[parent] ?? -1);
      for (const job of jobs) if ((this.#boxOf[job] ?? -1) < 0) this.#boxOf[job] = box;
    }
  }

  #fill({ box, parts, chained }: Inside): void {
    const cut = chained && parts.length > MAX_LINKS;
    const last = parts.length - 1;
    const placed: Placed[] = [];
    for (const [link, part] of parts.entries()) {
      if (cut && link >= FIRST_LINKS && link < last) continue;
      for (const job of this.#drawable.parts[part]?.jobs ?? []) placed.push({ job, link });
    }
    const isLink = new Set(chained ? parts : []);
    for (const group of this.#groups(placed, isLink)) this.#addGroup(group, box, isLink);
    if (cut) this.#addChain(parts.slice(FIRST_LINKS, last), box);
    if (chained) this.#joinLinks(parts, cut);
  }

  /** Calls that are alike, or one by one where these are few. */
  *#groups(placed: readonly Placed[], isLink: ReadonlySet<number>): Generator<readonly number[]> {
    const { collapse } = this.#options;
    if (placed.length < collapse) {
      for (const { job } of placed) yield [job];
      return;
    }
    const places = new Map(placed.map(({ job }, index) => [job, index]));
    const unsettled = this.#unsettled(placed);
    const alike = placed.map((call) => this.#alike(call, places, isLink, unsettled));
    for (const group of fewGroups(alike, collapse)) {
      const jobs = group.map((index) => placed[index]?.job ?? -1);
      if (jobs.length >= collapse) yield jobs;
      else for (const job of jobs) yield [job];
    }
  }

  /**
   * The tasks of calls that may return a workflow yet. What the others returned does not tell them apart until then: a group
   * would lose its members one by one as they run.
   */
  #unsettled(placed: readonly Placed[]): ReadonlySet<string> {
    const names = new Set<string>();
    for (const { job } of placed) {
      const { state, name = '' } = this.#drawable.jobs[job] ?? {};
      if (state === 'waiting' || state === 'running' || state === 'retrying') names.add(name);
    }
    return names;
  }

  #alike(
    { job, link }: Placed,
    places: ReadonlyMap<number, number>,
    isLink: ReadonlySet<number>,
    unsettled: ReadonlySet<string>,
  ): Alike {
    const { name = '', into, inputs = [] } = this.#drawable.jobs[job] ?? {};
    const shape = into === undefined ? '' : isLink.has(into) ? 'next' : unsettled.has(name) ? '' : this.#shapes[into];
    const outside = inputs.filter((input) => !places.has(input.job)).map(({ argument }) => argument);
    return {
      kind: `${name}|${link}|${shape}|${outside.join()}`,
      inputs: inputs.flatMap((input) => {
        const node = places.get(input.job);
        return node === undefined ? [] : [{ node, argument: input.argument }];
      }),
    };
  }

  #addGroup(jobs: readonly number[], parent: number, isLink: ReadonlySet<number>): void {
    const [first = -1] = jobs;
    if (jobs.length === 1) this.#addJob(first, parent, isLink);
    else this.#addMany('group', jobs, parent);
  }

  #addJob(job: number, parent: number, isLink: ReadonlySet<number>): void {
    const call = this.#drawable.jobs[job];
    if (call === undefined || call.part < 0) return;
    const { into } = call;
    const canOpen = into !== undefined && !isLink.has(into) && this.#hasJobs(into);
    const id = `j${job}`;
    const depth = this.#depthIn(parent);
    const inGrid = this.#boxes[parent]?.inside === 'grid';
    const isOpen = canOpen && this.#isOpen(id, !inGrid && depth < this.#options.depth);
    const index = this.#add({
      id,
      kind: 'job',
      job,
      jobs: [job],
      label: this.#labelOf(call),
      parent,
      depth,
      canOpen,
      inside: isOpen ? 'layers' : undefined,
      loops: false,
    });
    if (isOpen) this.#waiting.push({ box: index, parts: tailCalls(this.#drawable, into ?? -1), chained: true });
  }

  #labelOf(call: DrawnJob): string {
    return callLabel(this.#nameOf(call.name), call);
  }

  /** A job may return what was part of the run before, and so add nothing. */
  #hasJobs(part: number): boolean {
    return (this.#drawable.parts[part]?.jobs.length ?? 0) > 0;
  }

  #addChain(links: readonly number[], parent: number): void {
    const { parts } = this.#drawable;
    const index = this.#addMany(
      'chain',
      links.map((part) => parts[part]?.root ?? -1),
      parent,
    );
    for (const part of links)
      for (const job of parts[part]?.jobs ?? []) if ((this.#boxOf[job] ?? -1) < 0) this.#boxOf[job] = index;
  }

  /** A box for several jobs. */
  #addMany(kind: 'group' | 'chain', jobs: readonly number[], parent: number): number {
    const [job = -1] = jobs;
    const { name = '' } = this.#drawable.jobs[job] ?? {};
    const id = `${kind === 'group' ? 'g' : 'c'}${job}`;
    const isOpen = this.#isOpen(id, false);
    const index = this.#add({
      id,
      kind,
      job,
      jobs,
      label: `${this.#nameOf(name)} × ${countText(jobs.length)}`,
      parent,
      depth: this.#depthIn(parent),
      canOpen: true,
      inside: isOpen ? 'grid' : undefined,
      loops: false,
    });
    if (isOpen) this.#addCells(jobs, index);
    return index;
  }

  #addCells(jobs: readonly number[], parent: number): void {
    const none = new Set<number>();
    const shown = jobs.length > MAX_CELLS ? MAX_CELLS - 1 : jobs.length;
    for (const job of jobs.slice(0, shown)) this.#addJob(job, parent, none);
    const rest = jobs.slice(shown);
    if (rest.length === 0) return;
    this.#add({
      id: `r${rest[0]}`,
      kind: 'rest',
      job: rest[0] ?? -1,
      jobs: rest,
      label: `${countText(rest.length)} more`,
      parent,
      depth: this.#depthIn(parent),
      canOpen: false,
      inside: undefined,
      loops: false,
    });
  }

  #add(box: SceneBox): number {
    const index = this.#boxes.push(box) - 1;
    for (const job of box.jobs) this.#boxOf[job] = index;
    return index;
  }

  #depthIn(parent: number): number {
    return (this.#boxes[parent]?.depth ?? -1) + 1;
  }

  #isOpen(id: string, byItself: boolean): boolean {
    const { toggled, maxBoxes } = this.#options;
    const open = byItself && this.#boxes.length < maxBoxes;
    return toggled.has(id) ? !byItself || !open : open;
  }

  /** From what each link of a chain ends with to what the next one begins with. */
  #joinLinks(parts: readonly number[], cut: boolean): void {
    const last = parts.length - 1;
    for (let link = 1; link <= last; link++) {
      // Between the hidden ones, one edge says all.
      if (cut && link > FIRST_LINKS && link < last) continue;
      const root = this.#drawable.parts[parts[link - 1] ?? -1]?.root;
      if (root === undefined) continue;
      for (const job of this.#firstJobs(parts[link] ?? -1)) this.#becomes.push([root, job]);
    }
  }

  /** The jobs of a workflow that need no others of it. */
  #firstJobs(part: number): readonly number[] {
    const { jobs, parts } = this.#drawable;
    return (parts[part]?.jobs ?? []).filter((job) =>
      jobs[job]?.inputs.every((input) => jobs[input.job]?.part !== part),
    );
  }
}
