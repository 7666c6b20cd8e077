import type { Viewport } from './viewport.ts';

/** What draws a graph: into SVG or, where there are many boxes, onto a canvas. */
export interface GraphPainter {
  /** What is put into the stage. */
  readonly nodes: readonly Element[];
  /** Boxes look different. */
  repaint(boxes: ReadonlySet<number>): void;
  /** Another part is seen, or the stage has another size. */
  move(view: Viewport): void;
  /** Marks a box; -1: none. */
  select(box: number): void;
}
