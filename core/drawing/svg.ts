/** Drawings as SVG. */
import { countsOf, countsText, stateOf, STATES } from './counts.ts';
import { drawableOf, type Drawable } from './drawable.ts';
import { placeScene, type Placed } from './geometry.ts';
import { callLabel, countText } from './labels.ts';
import { DARK, LIGHT, type ColorName } from './palette.ts';
import { sceneOf, type SceneBox, type SceneOptions } from './scene.ts';
import { boxShapes, edgeShapes, number, type Shape } from './shapes.ts';

/** How a workflow is drawn. */
export interface DrawingOptions extends Pick<SceneOptions, 'collapse' | 'depth'> {}

/** Options of {@link toSVG}. */
export interface SvgOptions extends DrawingOptions {
  /** What a screen reader says of the picture. @default 'Workflow: ...', with its numbers of calls */
  readonly title?: string;
  /** Light, dark, or as the reader prefers. @default 'auto' */
  readonly theme?: 'auto' | 'light' | 'dark';
}

/**
 * Draws a workflow as a picture that stands alone: no scripts, no fonts from elsewhere, light or dark as its reader prefers.
 * Calls that are alike are one box, workflows that jobs returned are boxes in boxes, and after a run the states of jobs are
 * signs and colours.
 *
 * @param source a promised value, or what holds some; what `toGraph` returned; or the snapshot of a run
 * @throws RangeError where `collapse` is not a number from 2 up, or `depth` not one from 0 up
 * @example
 * await writeFile('before.svg', toSVG(workflow));
 * const store = createRunStore();
 * await run(workflow, { display: store });
 * await writeFile('after.svg', toSVG(store.getSnapshot()));
 */
export function toSVG(source: unknown, options: SvgOptions = {}): string {
  const drawable = drawableOf(source);
  const placed = placeScene(sceneOf(drawable, options));
  const { width, height, scene, routes } = placed;
  const title = escaped(options.title ?? titleOf(drawable));
  const edges = scene.edges.flatMap((edge, index) => edgeShapes(edge, routes[index] ?? []).map(markup));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="somen-drawing" role="img" aria-label="${title}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${title}</title>`,
    `<style>${styleOf(options.theme ?? 'auto')}</style>`,
    `<rect class="surface" width="${width}" height="${height}"/>`,
    ...containersFirst(placed, drawable, edges),
    '</svg>',
    '',
  ].join('\n');
}

/** A box that others stand in is below its edges, those edges below the others. */
function containersFirst({ scene, frames }: Placed, drawable: Drawable, edges: readonly string[]): readonly string[] {
  const around: string[] = [];
  const inner: string[] = [];
  for (const [index, box] of scene.boxes.entries()) {
    const frame = frames[index];
    if (frame === undefined) continue;
    const counts = countsOf(box, drawable.jobs);
    const shapes = boxShapes({ ...box, canOpen: false }, frame, counts)
      .map(markup)
      .join('');
    const state = stateOf(counts) ?? 'planned';
    const classes = `${box.kind} ${state}${box.inside === undefined ? '' : ' open'}${drawable.jobs[box.job]?.builtIn === true ? ' own' : ''}`;
    const place = `translate(${number(frame.x)} ${number(frame.y)})`;
    const about = escaped(aboutBox(box, drawable, counts));
    const text = `<g class="${classes}" transform="${place}"><title>${about}</title>${shapes}</g>`;
    (box.inside === undefined ? inner : around).push(text);
  }
  return [...around, ...edges, ...inner];
}

/** What a box says when it is pointed at. */
function aboutBox(box: SceneBox, { jobs }: Drawable, counts: readonly number[]): string {
  const job = jobs[box.job];
  if (job === undefined || box.kind === 'rest') return box.label;
  const states = countsText(counts);
  if (box.jobs.length > 1) return `${job.name} × ${countText(box.jobs.length)}${states === '' ? '' : `: ${states}`}`;
  const { state } = job;
  const value = 'value' in job && typeof job.value === 'string' ? ` = ${job.value}` : '';
  return `${callLabel(job.name, job)}${value}${state === undefined ? '' : `, ${state}`}`;
}

/** `Workflow: 4 calls`, and what became of them. */
export function titleOf({ jobs }: Drawable): string {
  const all = jobs.filter(({ part, builtIn }) => part >= 0 && !builtIn);
  const states = countsText(countsOf({ jobs: all.map(({ job }) => job) }, jobs));
  return `Workflow: ${countText(all.length)} ${all.length === 1 ? 'call' : 'calls'}${states === '' ? '' : `: ${states}`}`;
}

function markup(shape: Shape): string {
  switch (shape.type) {
    case 'rect': {
      const { className, x, y, width, height, radius } = shape;
      const corner = radius > 0 ? ` rx="${radius}"` : '';
      return `<rect class="${className}" x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"${corner}/>`;
    }
    case 'path': {
      const { className, d, x, y } = shape;
      const place = x === 0 && y === 0 ? '' : ` transform="translate(${number(x)} ${number(y)})"`;
      return `<path class="${className}" d="${d}"${place}/>`;
    }
    case 'text':
      return `<text class="${shape.className}" x="${number(shape.x)}" y="${number(shape.y)}">${escaped(shape.text)}</text>`;
  }
}

/** Control characters, and halves of characters. */
// oxlint-disable-next-line no-control-regex
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu;

/** Text in XML. */
function escaped(text: string): string {
  return text.replaceAll(NOT_IN_XML, '\ufffd').replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Everything is below one class, since styles of a picture in a page are styles of the page. */
function styleOf(theme: 'auto' | 'light' | 'dark'): string {
  const shared = [
    rule('', 'font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace'),
    rule('.edge', 'fill:none;stroke-width:1.3'),
    rule('.becomes', 'stroke-dasharray:5 4'),
    rule('.head.becomes', 'stroke:none'),
    rule('.frame,.sheet', 'stroke-width:1.2'),
    rule('.own>.frame', 'stroke-dasharray:4 3'),
    rule('.open>.frame', 'fill-opacity:.45'),
    rule('.sign,.toggle', 'fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round'),
    rule('.detail', 'font-size:10px'),
    rule('.skipped', 'opacity:.75'),
  ].join('');
  const light = shared + colorRules(LIGHT);
  if (theme === 'light') return light;
  if (theme === 'dark') return shared + colorRules(DARK);
  return `${light}@media(prefers-color-scheme:dark){${colorRules(DARK)}}`;
}

function colorRules(colors: Readonly<Record<ColorName, string>>): string {
  const states = STATES.map((state) => {
    const color = colors[state];
    return (
      rule(`.sign.${state}`, `stroke:${color}`) +
      rule(`.part.${state}`, `fill:${color}`) +
      rule(`.${state}>.frame`, `stroke:${color}`)
    );
  });
  return [
    rule('.surface', `fill:${colors.surface}`),
    rule('.frame,.sheet', `fill:${colors.box};stroke:${colors.border}`),
    rule('.label', `fill:${colors.text}`),
    rule('.detail', `fill:${colors.muted}`),
    rule('.edge', `stroke:${colors.line}`),
    rule('.head', `fill:${colors.line}`),
    ...states,
    rule('.part.waiting', `fill:${colors.border}`),
  ].join('');
}

function rule(selectors: string, declarations: string): string {
  const all = selectors
    .split(',')
    .map((selector) => (selector === '' ? '.somen-drawing' : `.somen-drawing ${selector}`))
    .join();
  return `${all}{${declarations}}`;
}
