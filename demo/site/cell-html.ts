/** The cells of a page: what `<live-code src="...">` becomes before the page is sent. */
import { basename, dirname } from 'node:path';
import { exampleText } from './chapters.ts';
import { escapeHtml, highlighted } from './highlight.ts';

/** A `<live-code>` element of a page, with nothing in it. */
const CELL = /<live-code\b([^>]*)>\s*<\/live-code>/g;
const ATTRIBUTE = /([\w-]+)(?:="([^"]*)")?/g;

/** What a cell can show, in the order of their places. */
const PANES: Readonly<Record<string, string>> = {
  graph: 'Graph',
  values: 'Values',
  timeline: 'Timeline',
  log: 'Log',
};

/**
 * Puts the programs of a page into it. A reader without JavaScript has them as text, and a page does not move when its
 * cells come to life: every part of a cell has its place from the start.
 */
export function withCells(html: string): string {
  return html.replaceAll(CELL, (_cell, text: string) => cellHtml(attributesOf(text)));
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(ATTRIBUTE)].map(([, name = '', value = '']) => [name, value]));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/**
 * Attributes: `src`, the program's path in `examples/`; `modules`, the paths of what it imports; `show`, its panes;
 * `title`, what the cell is called, unless that is the name of its file; `cache`, what it remembers under, unless that is
 * its path, or `off`; `workers`, how many there are for its tasks. They stay, for the element and for tests.
 */
function cellHtml(attributes: Record<string, string>): string {
  const { src = '', modules = '', show = 'graph values timeline log', title = basename(src) } = attributes;
  const source = exampleText(src);
  const panes = words(show);
  const unknown = panes.find((pane) => !(pane in PANES));
  if (unknown !== undefined)
    throw new Error(`Cannot show '${unknown}' in the cell ${src}: the panes are ${Object.keys(PANES).join(', ')}`);
  const kept = Object.entries({ ...attributes, title: undefined, show: panes.join(' ') })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${value ?? ''}"`);
  const imported = words(modules).map((path) => moduleHtml(path, dirname(src)));
  return `<live-code${kept.join('')} role="group" aria-label="Program: ${escapeHtml(title)}">
<div class="cell-bar"><span class="cell-name">${escapeHtml(title)}</span>
<span class="cell-tools"><label><input type="checkbox" class="cell-live" checked disabled /> run as I type</label>
<button type="button" class="cell-forget quiet" disabled>Forget</button>
<button type="button" class="cell-reset quiet" disabled>Reset</button>
<button type="button" class="cell-run" disabled>Run</button></span></div>
<div class="cell-editor" style="--lines: ${source.split('\n').length}"><pre tabindex="0" aria-label="${escapeHtml(title)}"><code>${highlighted(source)}</code></pre></div>
<p class="cell-status" role="status"></p>
<div class="cell-error" role="alert"></div>
<div class="cell-panes">${panes.map((pane) => paneHtml(pane)).join('')}</div>
${imported.join('')}</live-code>`;
}

function paneHtml(pane: string): string {
  const name = PANES[pane] ?? '';
  return `<div class="pane pane-${pane}" role="group" aria-label="${name}"><span class="pane-name" aria-hidden="true">${name}</span><div class="pane-body"></div></div>`;
}

function moduleHtml(path: string, folder: string): string {
  const name = path.startsWith(`${folder}/`) ? `./${path.slice(folder.length + 1)}` : `../${path}`;
  const type = `type="text/plain" class="cell-module" data-name="${escapeHtml(name)}"`;
  return `<script ${type}>${scriptText(exampleText(path))}</script>`;
}

/** A text inside of a script element, which an end tag would end: `<\/` means the same in a string. */
function scriptText(source: string): string {
  return source.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}
