/** What a drawing has: boxes, some of them with boxes inside, and edges between those that stand side by side. */
import type { Drawable } from './drawable.ts';
import { SceneBuilder } from './scene-builder.ts';

/** What a box stands for. */
export type BoxKind =
  /** One call. */
  | 'job'
  /** Calls that are alike. */
  | 'group'
  /** The middle of a long chain of tail calls, each of which returned the next. */
  | 'chain'
  /** What is left of a group or chain that is too large to show each of its calls. */
  | 'rest';

/** A box of a drawing. */
export interface SceneBox {
  /** The same for the same jobs, as long as a drawing grows. */
  readonly id: string;
  readonly kind: BoxKind;
  /** The first job that it stands for. */
  readonly job: number;
  /** All of them. */
  readonly jobs: readonly number[];
  readonly label: string;
  /** The box that it stands in: its place in the list; -1 for none. */
  readonly parent: number;
  /** How deep it stands: 0 for those in no box. */
  readonly depth: number;
  /** Whether something belongs inside. */
  readonly canOpen: boolean;
  /** How the boxes inside are placed: along their edges, in rows, or not shown. */
  readonly inside: 'layers' | 'grid' | undefined;
  /** Some of its jobs need others of them. */
  loops: boolean;
}

/** Results of jobs of box `from` are used by jobs of box `to`. Both stand in the same box. */
export interface SceneEdge {
  readonly from: number;
  readonly to: number;
  /** The box in which it is drawn; -1 for none. */
  readonly parent: number;
  /** `from` returned `to` as its workflow: a tail call. */
  readonly becomes: boolean;
  /** How many results. */
  count: number;
}

/** A drawing, before anything has a place. */
export interface Scene {
  /** Each after the one that it stands in. */
  readonly boxes: readonly SceneBox[];
  readonly edges: readonly SceneEdge[];
  /** By number of a job: the innermost box that shows it, or in which it is hidden; -1 for none. */
  readonly boxOf: Int32Array;
}

/** What is shown of a workflow. */
export interface SceneOptions {
  /** How many calls that are alike become one box; `Infinity`: none do. @default 12 */
  readonly collapse?: number;
  /** How many levels of workflows inside of workflows are shown. @default 8 */
  readonly depth?: number;
  /** The ids of the boxes that are open where they would be closed, or the reverse. */
  readonly toggled?: ReadonlySet<string>;
  /** From this many boxes on, no more are opened but those in `toggled`. @default 400 */
  readonly maxBoxes?: number;
}

/**
 * Decides what is drawn.
 *
 * @throws RangeError where a number of the options is none, or too small
 */
export function sceneOf(drawable: Drawable, options: SceneOptions = {}): Scene {
  const { collapse = 12, depth = 8, maxBoxes = 400, toggled = new Set<string>() } = options;
  if (!(collapse >= 2)) throw new RangeError(`Cannot draw with collapse ${collapse}: it must be a number from 2 up`);
  if (!(depth >= 0)) throw new RangeError(`Cannot draw with depth ${depth}: it must be a number from 0 up`);
  return new SceneBuilder(drawable, { collapse, depth, maxBoxes, toggled }).build();
}
