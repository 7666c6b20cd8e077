/** What a drawing consists of: the shapes of boxes and edges, for whoever paints them (as SVG, in a page, on a canvas). */
import type { JobState } from '../job-views.ts';
import { BAR_ORDER, countOf, countsText, stateOf } from './counts.ts';
import { MEASURES, type Frame } from './geometry.ts';
import type { Point } from './layout/layered.ts';
import { lettersOf } from './labels.ts';
import { SIGNS } from './palette.ts';
import type { SceneBox, SceneEdge } from './scene.ts';

/** A shape. Its class says which colours it has. */
export type Shape = RectShape | PathShape | TextShape;

/** A rectangle with round corners. */
export interface RectShape {
  readonly type: 'rect';
  readonly className: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly radius: number;
}

/** A path, moved. */
export interface PathShape {
  readonly type: 'path';
  readonly className: string;
  readonly d: string;
  readonly x: number;
  readonly y: number;
}

/** A line of text, from its left end, on its base line. */
export interface TextShape {
  readonly type: 'text';
  readonly className: string;
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** The shapes of a box, from its upper left corner; `counts` are those of its jobs' states. */
export function boxShapes(box: SceneBox, { width, height }: Frame, counts: readonly number[]): readonly Shape[] {
  const state = stateOf(counts);
  const isMany = box.kind === 'group' || box.kind === 'chain';
  const middle = isMany ? 17 : MEASURES.box / 2;
  const shapes: Shape[] = [];
  // A second sheet below tells many from one.
  if (isMany) shapes.push({ type: 'rect', className: 'sheet', x: 4, y: 4, width, height, radius: 7 });
  shapes.push({ type: 'rect', className: 'frame', x: 0, y: 0, width, height, radius: 7 });
  if (state !== undefined) shapes.push(sign(state, 8, middle - 6));
  const textX = state === undefined ? Math.round((width - lettersOf(box.label) * MEASURES.letter) / 2) : MEASURES.textX;
  const labelX =
    box.inside === undefined && !isMany && !box.canOpen ? textX : state === undefined ? 10 : MEASURES.textX;
  shapes.push({ type: 'text', className: 'label', x: labelX, y: middle + 4, text: box.label });
  if (box.canOpen) shapes.push(openSign(box.inside !== undefined, width - 18, middle - 6));
  if (isMany) shapes.push(...manyShapes(box, width, counts));
  return shapes;
}

function sign(state: JobState, x: number, y: number): PathShape {
  return { type: 'path', className: `sign ${state}`, d: SIGNS[state], x, y };
}

/** Plus or minus. */
function openSign(isOpen: boolean, x: number, y: number): PathShape {
  return { type: 'path', className: 'toggle', d: isOpen ? 'M3 6H9' : 'M3 6H9M6 3V9', x, y };
}

function manyShapes(box: SceneBox, width: number, counts: readonly number[]): readonly Shape[] {
  const state = stateOf(counts);
  const text = state === undefined ? 'alike' : countsText(counts);
  const x = state === undefined ? 10 : MEASURES.textX;
  const room = Math.floor((width - x - 8) / 6.1);
  const shapes: Shape[] = [
    {
      type: 'text',
      className: 'detail',
      x,
      y: 35,
      text: text.length > room ? `${text.slice(0, room - 1)}…` : text,
    },
  ];
  return state === undefined ? shapes : [...shapes, ...bar(counts, box.jobs.length, width)];
}

function bar(counts: readonly number[], total: number, width: number): readonly Shape[] {
  const room = width - 16;
  const shapes: Shape[] = [];
  let x = 8;
  for (const state of BAR_ORDER) {
    const length = (room * countOf(counts, state)) / total;
    if (length > 0)
      shapes.push({
        type: 'rect',
        className: `part ${state}`,
        x,
        y: 41,
        width: Math.max(length, 1),
        height: 4,
        radius: 0,
      });
    x += length;
  }
  return shapes;
}

/** The line of an edge, and its arrow head. Both are in the drawing's own coordinates. */
export function edgeShapes(edge: SceneEdge, route: readonly Point[]): readonly PathShape[] {
  const last = route.at(-1);
  const start = route[0];
  if (last === undefined || start === undefined) return [];
  const up = last.y < start.y;
  const base = { x: last.x, y: last.y + (up ? 6 : -6) };
  const line = curve([...route.slice(0, -1), base]);
  const head = `M${number(last.x)} ${number(last.y)}l-4 ${up ? 7 : -7}h8Z`;
  const kind = edge.becomes ? ' becomes' : '';
  return [
    { type: 'path', className: `edge${kind}`, d: line, x: 0, y: 0 },
    { type: 'path', className: `head${kind}`, d: head, x: 0, y: 0 },
  ];
}

/** Curves that leave and reach each point vertically. */
function curve(points: readonly Point[]): string {
  let text = '';
  for (const [index, { x, y }] of points.entries()) {
    const before = points[index - 1];
    if (before === undefined) text += `M${number(x)} ${number(y)}`;
    else if (Math.abs(before.x - x) < 0.5) text += `L${number(x)} ${number(y)}`;
    else {
      const middle = number((before.y + y) / 2);
      text += `C${number(before.x)} ${middle} ${number(x)} ${middle} ${number(x)} ${number(y)}`;
    }
  }
  return text;
}

/** A coordinate: tenths of a pixel are enough. */
export function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}
