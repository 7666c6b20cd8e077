/** Draws lanes onto a canvas. Bars that are narrower than a pixel become one. */
import type { ColorName } from '../../core/drawing/palette.ts';
import type { JobView } from '../../core/job-views.ts';
import { clearedContext, fitCanvas } from './canvas-painter.ts';
import { durationText } from './numbers.ts';
import type { Lane } from './timeline-lanes.ts';

/** Sizes in pixels. */
export const TIMELINE = { axis: 24, lane: 24, bar: 18, label: 96 } as const;

/** The time that is seen. */
export interface TimeSpan {
  /** In milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** All that a frame needs. */
export interface TimelineFrame {
  readonly lanes: readonly Lane[];
  readonly jobs: readonly JobView[];
  readonly span: TimeSpan;
  /** When the run began: times are counted from there. */
  readonly origin: number;
  /** Where jobs end that have not. */
  readonly now: number;
  readonly selected: number | undefined;
  readonly colors: Readonly<Record<ColorName, string>>;
}

const FONT = '11px system-ui, sans-serif';

/** Draws a frame. */
export function paintTimeline(canvas: HTMLCanvasElement, frame: TimelineFrame): void {
  fitCanvas(canvas);
  const context = clearedContext(canvas);
  if (context === null) return;
  const ratio = canvas.width / Math.max(1, canvas.clientWidth);
  context.scale(ratio, ratio);
  context.font = FONT;
  context.textBaseline = 'middle';
  paintAxis(context, canvas.clientWidth, canvas.clientHeight, frame);
  for (const [index, lane] of frame.lanes.entries()) {
    const top = TIMELINE.axis + index * TIMELINE.lane;
    context.fillStyle = frame.colors.muted;
    context.fillText(lane.worker, 8, top + TIMELINE.lane / 2, TIMELINE.label - 16);
    paintLane(context, canvas.clientWidth, top + (TIMELINE.lane - TIMELINE.bar) / 2, lane, frame);
  }
}

function paintAxis(context: CanvasRenderingContext2D, width: number, height: number, frame: TimelineFrame): void {
  const { span, origin, colors } = frame;
  const room = width - TIMELINE.label;
  const step = stepOf((90 * (span.to - span.from)) / Math.max(1, room));
  context.fillStyle = colors.muted;
  context.strokeStyle = colors.border;
  context.lineWidth = 1;
  for (let tick = Math.ceil((span.from - origin) / step) * step; origin + tick <= span.to; tick += step) {
    const x = TIMELINE.label + (room * (origin + tick - span.from)) / (span.to - span.from);
    context.beginPath();
    context.moveTo(Math.round(x) + 0.5, TIMELINE.axis - 4);
    context.lineTo(Math.round(x) + 0.5, height);
    context.stroke();
    if (tick >= 0) context.fillText(tick === 0 ? '0' : durationText(tick), x + 3, TIMELINE.axis / 2);
  }
}

/** One, two or five times a power of ten. */
function stepOf(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

function paintLane(
  context: CanvasRenderingContext2D,
  width: number,
  top: number,
  lane: Lane,
  { jobs, span, now, selected, colors }: TimelineFrame,
): void {
  const perMs = (width - TIMELINE.label) / (span.to - span.from);
  let covered: number = TIMELINE.label;
  for (const job of lane.jobs) {
    const view = jobs[job];
    if (view?.startedAt === undefined) continue;
    const start = Math.max(TIMELINE.label, Math.floor(TIMELINE.label + (view.startedAt - span.from) * perMs));
    const right = Math.min(width, TIMELINE.label + ((view.endedAt ?? now) - span.from) * perMs);
    const isSelected = job === selected;
    const isBad = view.state === 'failed';
    // What would fall into the pixels that are drawn already is left out, but for what must be seen.
    if (right < TIMELINE.label || start > width || (right < covered && !isSelected && !isBad)) continue;
    const length = Math.max(isBad ? 3 : 1, right - start);
    // What begins with the last moment is seen, too.
    const left = Math.min(start, width - length);
    // Failures are not told by their colour alone: they are higher.
    const more = isBad ? 3 : 0;
    context.fillStyle = colors[view.state];
    context.fillRect(left, top - more, length > 3 ? length - 1 : length, TIMELINE.bar + 2 * more);
    covered = Math.max(covered, left + length);
    if (isBad && length > 14) paintCross(context, left, top, colors.surface);
    if (length > 44) {
      context.fillStyle = colors.surface;
      context.fillText(shortName(view.name), left + (isBad ? 16 : 5), top + TIMELINE.bar / 2 + 1, length - 10);
    }
    if (!isSelected) continue;
    context.strokeStyle = colors.text;
    context.lineWidth = 2;
    context.strokeRect(left, top, Math.max(4, length), TIMELINE.bar);
  }
}

function paintCross(context: CanvasRenderingContext2D, left: number, top: number, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(left + 3, top + 5);
  context.lineTo(left + 11, top + 13);
  context.moveTo(left + 11, top + 5);
  context.lineTo(left + 3, top + 13);
  context.stroke();
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
