/**
 * Draws a graph of thousands of boxes on two canvases: below, edges and the boxes that others stand in; above, all other
 * boxes. When states change, only the boxes concerned are drawn again.
 */
import { stateOf } from '../../core/drawing/counts.ts';
import type { ColorName } from '../../core/drawing/palette.ts';
import { boxShapes, type PathShape, type Shape } from '../../core/drawing/shapes.ts';
import type { JobState } from '../../core/job-views.ts';
import { html } from './dom.ts';
import type { GraphModel } from './graph-model.ts';
import type { GraphPainter } from './graph-painter.ts';
import type { Viewport } from './viewport.ts';

type Colors = Readonly<Record<ColorName, string>>;
type View = Pick<Viewport, 'x' | 'y' | 'scale'>;

/** Below this scale, boxes are nothing but their colour. */
const SCALE_OF_TEXT = 0.45;

/** Draws on canvases. */
export class CanvasPainter implements GraphPainter {
  readonly nodes: readonly HTMLCanvasElement[];
  readonly #below: HTMLCanvasElement = html('canvas', { 'aria-hidden': 'true' });
  readonly #above: HTMLCanvasElement = html('canvas', { 'aria-hidden': 'true' });
  readonly #model: GraphModel;
  readonly #colors: () => Colors;
  readonly #paths = new Map<string, Path2D>();
  #view: View = { x: 0, y: 0, scale: 1 };
  #selected = -1;
  #current: Colors;

  constructor(model: GraphModel, colors: () => Colors) {
    this.#model = model;
    this.#colors = colors;
    this.#current = colors();
    this.nodes = [this.#below, this.#above];
  }

  repaint(boxes: ReadonlySet<number>): void {
    const context = this.#above.getContext('2d');
    const all = this.#model.placed.scene.boxes;
    if ([...boxes].some((box) => all[box]?.inside !== undefined)) this.#paintBelow();
    if (context === null) return;
    this.#transform(context, this.#above);
    for (const box of boxes) if (all[box]?.inside === undefined) this.#paintBox(context, box, true);
  }

  move({ x, y, scale }: Viewport): void {
    this.#view = { x, y, scale };
    this.#current = this.#colors();
    for (const canvas of this.nodes) fitCanvas(canvas);
    this.#paintBelow();
    this.#paintAbove();
  }

  select(box: number): void {
    const before = this.#selected;
    this.#selected = box;
    this.repaint(new Set([before, box].filter((index) => index >= 0)));
  }

  #transform(context: CanvasRenderingContext2D, canvas: HTMLCanvasElement): void {
    const ratio = canvas.width / Math.max(1, canvas.clientWidth);
    const { x, y, scale } = this.#view;
    context.setTransform(scale * ratio, 0, 0, scale * ratio, x * ratio, y * ratio);
  }

  #paintAbove(): void {
    const context = clearedContext(this.#above);
    if (context === null) return;
    this.#transform(context, this.#above);
    for (const [index, { inside }] of this.#model.placed.scene.boxes.entries())
      if (inside === undefined) this.#paintBox(context, index, false);
  }

  #paintBelow(): void {
    const context = clearedContext(this.#below);
    if (context === null) return;
    this.#transform(context, this.#below);
    const { scene, routes } = this.#model.placed;
    for (const [index, { inside }] of scene.boxes.entries())
      if (inside !== undefined) this.#paintBox(context, index, false);
    context.strokeStyle = this.#current.line;
    context.lineWidth = Math.max(1, 0.7 / this.#view.scale);
    context.globalAlpha = this.#view.scale < SCALE_OF_TEXT ? 0.5 : 1;
    context.beginPath();
    for (const route of routes)
      for (const [index, { x, y }] of route.entries())
        if (index === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
    context.stroke();
    context.globalAlpha = 1;
  }

  #isSeen(index: number): boolean {
    const frame = this.#model.placed.frames[index];
    if (frame === undefined) return false;
    const { x, y, scale } = this.#view;
    const { clientWidth, clientHeight } = this.#above;
    const [left, top] = [frame.x * scale + x, frame.y * scale + y];
    return left < clientWidth && top < clientHeight && left + frame.width * scale > 0 && top + frame.height * scale > 0;
  }

  #paintBox(context: CanvasRenderingContext2D, index: number, again: boolean): void {
    const { scene, frames } = this.#model.placed;
    const [box, frame, counts] = [scene.boxes[index], frames[index], this.#model.counts[index]];
    if (box === undefined || frame === undefined || counts === undefined || !this.#isSeen(index)) return;
    const state = stateOf(counts);
    const colors = this.#current;
    if (again) context.clearRect(frame.x - 2, frame.y - 2, frame.width + 4, frame.height + 4);
    if (this.#view.scale < SCALE_OF_TEXT) {
      context.fillStyle = state === undefined || box.inside !== undefined ? colors.box : colors[state];
      context.fillRect(frame.x, frame.y, frame.width, frame.height);
    } else for (const shape of boxShapes(box, frame, counts)) this.#paintShape(context, shape, frame.x, frame.y, state);
    if (index !== this.#selected) return;
    context.strokeStyle = colors.text;
    context.lineWidth = 2 / Math.min(1, this.#view.scale);
    context.strokeRect(frame.x, frame.y, frame.width, frame.height);
  }

  #paintShape(
    context: CanvasRenderingContext2D,
    shape: Shape,
    left: number,
    top: number,
    state: JobState | undefined,
  ): void {
    const colors = this.#current;
    const [kind, named] = shape.className.split(' ') as [string, JobState | undefined];
    const [x, y] = [left + shape.x, top + shape.y];
    switch (shape.type) {
      case 'rect':
        context.beginPath();
        context.roundRect(x, y, shape.width, shape.height, shape.radius);
        context.fillStyle = kind === 'part' && named !== undefined ? colors[named] : colors.box;
        context.fill();
        context.strokeStyle = kind === 'frame' && state !== undefined ? colors[state] : colors.border;
        context.lineWidth = 1.2;
        if (kind !== 'part') context.stroke();
        break;
      case 'path':
        context.strokeStyle = named === undefined ? colors.muted : colors[named];
        context.lineWidth = 1.8;
        context.translate(x, y);
        context.stroke(this.#path(shape));
        context.translate(-x, -y);
        break;
      case 'text':
        context.fillStyle = kind === 'label' ? colors.text : colors.muted;
        context.font = `${kind === 'label' ? 12 : 10}px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace`;
        context.fillText(shape.text, x, y);
    }
  }

  #path({ d }: PathShape): Path2D {
    let path = this.#paths.get(d);
    if (path === undefined) this.#paths.set(d, (path = new Path2D(d)));
    return path;
  }
}

/** Gives a canvas as many pixels as the screen has where it stands. */
export function fitCanvas(canvas: HTMLCanvasElement): void {
  const ratio = globalThis.devicePixelRatio;
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** The context of an empty canvas. */
export function clearedContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const context = canvas.getContext('2d');
  context?.resetTransform();
  context?.clearRect(0, 0, canvas.width, canvas.height);
  return context;
}
