/** What a graph element shows: a placed scene, and how many jobs of each box are in each state. */
import { addState, countsOf, type StateCounts } from '../../core/drawing/counts.ts';
import { placeScene, type Placed } from '../../core/drawing/geometry.ts';
import { sceneOf } from '../../core/drawing/scene.ts';
import type { JobView } from '../../core/job-views.ts';
import type { RunSnapshot } from '../../core/run-store.ts';
import { eachChanged } from './changed-jobs.ts';

/** A placed scene with counts that are kept up to date. */
export class GraphModel {
  readonly placed: Placed;
  /** By box. */
  readonly counts: readonly StateCounts[];
  /** The views that are counted, by job. */
  #jobs: readonly JobView[];
  /** By job: the box that stands for it, alone or with others; -1 for none. */
  readonly #boxOf: Int32Array;
  readonly #parts: number;

  constructor(snapshot: RunSnapshot, toggled: ReadonlySet<string>) {
    const { jobs, parts } = snapshot;
    const scene = sceneOf(snapshot, { toggled });
    this.placed = placeScene(scene);
    this.counts = scene.boxes.map((box) => countsOf(box, jobs));
    this.#jobs = jobs;
    this.#parts = parts.length;
    this.#boxOf = new Int32Array(jobs.length).fill(-1);
    // Inner boxes stand later: a job of a group that is open is shown by both.
    for (const [index, box] of scene.boxes.entries()) for (const job of box.jobs) this.#boxOf[job] = index;
  }

  /** Whether a snapshot has the same jobs in the same workflows, so that only states may differ. */
  fits({ jobs, parts }: RunSnapshot): boolean {
    return parts.length === this.#parts && jobs.length === this.#jobs.length;
  }

  /** Counts what has changed. @returns the boxes that look different now */
  update({ jobs }: RunSnapshot): ReadonlySet<number> {
    const changed = new Set<number>();
    const before = this.#jobs;
    this.#jobs = jobs;
    const { boxes } = this.placed.scene;
    eachChanged(before, jobs, ({ job, state }, old) => {
      if (old === undefined || old.state === state) return;
      for (let box = this.#boxOf[job] ?? -1; box >= 0; box = boxes[box]?.parent ?? -1) {
        if (boxes[box]?.kind === 'job' && boxes[box]?.job !== job) break;
        const counts = this.counts[box];
        if (counts === undefined) break;
        addState(counts, old.state, -1);
        addState(counts, state, 1);
        changed.add(box);
      }
    });
    return changed;
  }

  /** The innermost box at a place of the drawing, or that stands for a job; -1 for none. */
  boxAt(x: number, y: number): number {
    return this.placed.frames.findLastIndex(
      (frame) => x >= frame.x && y >= frame.y && x <= frame.x + frame.width && y <= frame.y + frame.height,
    );
  }

  boxOfJob(job: number): number {
    const shown = this.#boxOf[job] ?? -1;
    return shown >= 0 ? shown : (this.placed.scene.boxOf[job] ?? -1);
  }

  /** The nearest box in a direction, or -1. */
  neighbour(box: number, dx: number, dy: number): number {
    const { frames } = this.placed;
    const from = frames[box];
    if (from === undefined) return frames.length > 0 ? 0 : -1;
    const [x, y] = [from.x + from.width / 2, from.y + from.height / 2];
    let best = -1;
    let least = Infinity;
    for (const [index, frame] of frames.entries()) {
      if (index === box) continue;
      const [across, down] = [frame.x + frame.width / 2 - x, frame.y + frame.height / 2 - y];
      const along = across * dx + down * dy;
      if (along < 1) continue;
      const aside = Math.abs(across * dy) + Math.abs(down * dx);
      const cost = along + 2.5 * aside;
      if (cost < least) [best, least] = [index, cost];
    }
    return best;
  }
}
