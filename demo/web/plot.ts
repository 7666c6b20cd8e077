/** A plot: points with their errors, lines, axes. As SVG in the page's own colours, drawn anew when its size changes. */
import { newSvg } from './svg.ts';

/** One direction of a plot. */
export interface Axis {
  readonly label: string;
  readonly scale: 'linear' | 'log';
  /** The ends of the axis. On a logarithmic one, above 0. */
  readonly from: number;
  readonly to: number;
  /** The places that have a number. */
  readonly ticks: readonly number[];
}

/** A measured point. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** How far the bar reaches up and down. @default no bar */
  readonly error?: number;
}

/** Points that belong together. */
export interface Series {
  /** Gives colour and shape, from 0 to 4. It stays the same when other series are not there. */
  readonly style: number;
  readonly points: readonly Point[];
  /** Whether they are measured (markers), or computed (a dashed line). */
  readonly kind: 'measured' | 'computed';
}

/** What a plot shows. */
export interface Picture {
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

/** The room around the plot for numbers and labels, in pixels. */
const MARGIN = { top: 12, right: 24, bottom: 44, left: 60 } as const;
/** Shapes as well as colours, since not everybody tells the colours apart: circle, square, triangle, diamond, cross. */
const SHAPES = [
  'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z',
  'M-3.5 -3.5H3.5V3.5H-3.5Z',
  'M0 -4.5L4.5 3.5H-4.5Z',
  'M0 -5L5 0L0 5L-5 0Z',
  'M-4 -4L4 4M-4 4L4 -4',
] as const;

/** Gives the place of a value on an axis, in pixels. */
type Scale = (value: number) => number;

/**
 * Draws into an `<svg>`, whose size the page's style gives. What it shows has to be told in words, too: by the element's
 * `aria-label`, and by a table beside it.
 *
 * @returns shows another picture
 * @example
 * const show = plotIn(svg);
 * show({ x: { label: 'workers', scale: 'linear', from: 0, to: 8, ticks: ticks(0, 8) }, y, series });
 */
export function plotIn(svg: SVGSVGElement): (picture: Picture) => void {
  let shown: Picture | undefined;
  const draw = (): void => {
    const { clientWidth: width, clientHeight: height } = svg;
    if (shown === undefined || width === 0) return;
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    svg.replaceChildren(...drawing(shown, width, height));
  };
  new ResizeObserver(draw).observe(svg);
  return (picture) => {
    shown = picture;
    draw();
  };
}

/** Puts the markers of the series before the items of a list: each has its style as `data-style`, and `data-kind` where it is computed. */
export function drawLegend(list: HTMLElement): void {
  for (const item of list.querySelectorAll<HTMLElement>('[data-style]')) {
    const { style = '0', kind } = item.dataset;
    const key =
      kind === 'computed'
        ? newSvg('path', { class: 'dash', d: 'M-9 0H9' })
        : newSvg('path', { class: 'marker', d: SHAPES[Number(style)] ?? '' });
    item.prepend(newSvg('svg', { viewBox: '-10 -10 20 20', class: `series-${style}`, 'aria-hidden': 'true' }, key));
  }
}

/** Round numbers from `from` to `to`, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks(from: number, to: number, count: number = 6): number[] {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((each) => each * power >= rough) ?? 10);
  const first = Math.ceil(from / step);
  const length = Math.max(0, Math.floor(to / step + 1e-9) - first + 1);
  return Array.from({ length }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** The powers of ten from `from` to `to`. */
export function decades(from: number, to: number): number[] {
  const first = Math.ceil(Math.log10(from) - 1e-9);
  const length = Math.max(0, Math.floor(Math.log10(to) + 1e-9) - first + 1);
  return Array.from({ length }, (_, index) => Number(`1e${first + index}`));
}

function drawing({ x, y, series }: Picture, width: number, height: number): SVGElement[] {
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const toX = scaleOf(x, MARGIN.left, right);
  const toY = scaleOf(y, bottom, MARGIN.top);
  const grid = [
    ...x.ticks.map((tick) => gridLine(toX(tick), MARGIN.top, toX(tick), bottom)),
    ...y.ticks.map((tick) => gridLine(MARGIN.left, toY(tick), right, toY(tick))),
  ];
  // Where numbers would stand in each other's way, every second one will do.
  const every = Math.ceil((x.ticks.length * 36) / (right - MARGIN.left));
  const numbers = [
    ...x.ticks.filter((_, index) => index % every === 0).map((tick) => text(toX(tick), bottom + 18, 'middle', tick)),
    ...y.ticks.map((tick) => text(MARGIN.left - 8, toY(tick) + 4, 'end', tick)),
  ];
  const labels = [
    text((MARGIN.left + right) / 2, height - 6, 'middle', x.label),
    text(-(MARGIN.top + bottom) / 2, 14, 'middle', y.label, 'rotate(-90)'),
  ];
  const frame = newSvg('path', { class: 'axis', d: `M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}` });
  return [...grid, frame, ...numbers, ...labels, ...series.map((each) => seriesDrawing(each, toX, toY))];
}

function scaleOf({ scale, from, to }: Axis, start: number, end: number): Scale {
  const measure = scale === 'log' ? Math.log : (value: number): number => value;
  const length = measure(to) - measure(from);
  return (value) => start + ((measure(value) - measure(from)) / length) * (end - start);
}

function seriesDrawing({ style, points, kind }: Series, toX: Scale, toY: Scale): SVGElement {
  const places = points.map(({ x, y }) => `${toX(x).toFixed(1)} ${toY(y).toFixed(1)}`);
  const line = newSvg('path', { class: `line ${kind}`, d: places.length === 0 ? '' : `M${places.join('L')}` });
  const group = newSvg('g', { class: `series-${style} ${kind}` }, line);
  if (kind === 'computed') return group;
  for (const point of points) {
    group.append(errorBar(point, toX, toY));
    group.append(
      newSvg('path', { class: 'marker', d: SHAPES[style % SHAPES.length] ?? '', transform: placeOf(point) }),
    );
  }
  return group;

  function placeOf({ x, y }: Point): string {
    return `translate(${toX(x).toFixed(1)} ${toY(y).toFixed(1)})`;
  }
}

/** From y - error to y + error. What would reach below 0, where a logarithmic axis has no place, ends at a tenth of y. */
function errorBar({ x, y, error = 0 }: Point, toX: Scale, toY: Scale): SVGElement {
  if (error === 0) return newSvg('g', {});
  const [low, high] = [toY(Math.max(y - error, y / 10)), toY(y + error)];
  const place = toX(x);
  const d = `M${place} ${low}V${high}M${place - 3} ${low}h6M${place - 3} ${high}h6`;
  return newSvg('path', { class: 'error-bar', d });
}

function gridLine(x1: number, y1: number, x2: number, y2: number): SVGElement {
  return newSvg('path', { class: 'grid', d: `M${x1} ${y1}L${x2} ${y2}` });
}

function text(x: number, y: number, anchor: string, content: number | string, transform: string = ''): SVGElement {
  const node = newSvg('text', { x, y, 'text-anchor': anchor, transform });
  node.textContent = typeof content === 'number' ? numberText(content) : content;
  return node;
}

/** As one reads it: 0.01, 1,000. */
function numberText(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 6 });
}

/** A logarithmic axis that holds all of the values, and ends at powers of ten. */
export function logAxis(label: string, values: readonly number[]): Axis {
  const [from, to] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  const ends = { from: 10 ** from, to: 10 ** Math.max(to, from + 1) };
  return { label, scale: 'log', ...ends, ticks: decades(ends.from, ends.to) };
}
