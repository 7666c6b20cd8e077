/** What a reader does with the make tool of the chapter 'Boil', and what it shows then. Each step is one script in the page. */
import type { BrowserPage } from './browser-page.ts';
import { TYPING } from './typing.ts';

/** What there is after a build. */
export interface BuildReport {
  /** Without how long it took: `Done. 6 compiled Linked.` */
  readonly status: string;
  /** The tree, line by line. */
  readonly tree: readonly string[];
  /** What is said of each file of which something is said. */
  readonly files: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
  /** What the program wrote. */
  readonly output: string;
  /** A pixel in the middle of the moon: red, green, blue. */
  readonly moon: readonly number[];
  /** Which compiler files were loaded since the page was opened. */
  readonly loaded: number;
}

const SETTING = `${TYPING}
const section = document.querySelector('#boil');
const all = (selector) => [...section.querySelectorAll(selector)];
const click = (selector) => section.querySelector(selector).click();
const panel = () => section.querySelector('.boil-editor:not([hidden])');
const squeezed = (text) => text.replaceAll(/\\s+/g, ' ').trim();
const open = async (path) => {
  all('.boil-files button').find((button) => button.firstChild.data === path).click();
  // Out of sight, an editor draws nothing.
  panel().scrollIntoView();
  panel().querySelector('pre')?.focus();
  while (panel().querySelector('.cm-content') === null) await new Promise(requestAnimationFrame);
};
const pixel = (x, y) => {
  const copy = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  copy.drawImage(section.querySelector('canvas'), -x, -y);
  return [...copy.getImageData(0, 0, 1, 1).data.slice(0, 3)];
};
const build = async () => {
  // WebKit may say that a page is loaded before its modules have run.
  while (section.querySelector('.boil-run').disabled) await new Promise(requestAnimationFrame);
  const end = new Promise((resolve) => section.addEventListener('boil-end', resolve, { once: true }));
  click('.boil-run');
  await end;
  return {
    status: squeezed(section.querySelector('.boil-status').textContent.replace(/ in [\\d.]+ s/, '')),
    tree: section.querySelector('.boil-tree').textContent.trim().split('\\n'),
    files: Object.fromEntries(all('.boil-files button').map((button) => [button.firstChild.data, button.lastChild.textContent]).filter(([, state]) => state !== '')),
    problems: all('.boil-problems li').map((item) => squeezed(item.textContent)),
    output: section.querySelector('.boil-lines').textContent,
    moon: pixel(360, 60),
    loaded: performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm')).length,
  };
};
`;

/** Presses `Build`, and waits until the program has run. */
export function buildProject(page: BrowserPage): Promise<BuildReport> {
  return page.evaluate(`${SETTING} return build();`) as Promise<BuildReport>;
}

/** Types something in the place of a text of a file, as a reader would. */
export async function editFile(page: BrowserPage, path: string, from: string, to: string): Promise<void> {
  await page.evaluate(`${SETTING} await open('${path}');
panel().querySelector('.cm-content').focus();
const line = [...panel().querySelectorAll('.cm-line')].find(({ textContent }) => textContent.includes(${JSON.stringify(from)}));
await type(line, line.textContent.indexOf(${JSON.stringify(from)}), ${from.length}, ${JSON.stringify(to)});
while (!panel().textContent.includes(${JSON.stringify(to)})) await new Promise(requestAnimationFrame);`);
}

/** Presses the first error, which leads to its file. @returns the file, and its line with a mark, from 1 */
export function followProblem(page: BrowserPage): Promise<readonly [path: string, line: number]> {
  return page.evaluate(`${SETTING} click('.boil-problems button');
const marked = () => [...panel().querySelectorAll('.cm-line')].findIndex((line) => line.querySelector('.cm-lintRange-error')) + 1;
while (marked() === 0) await new Promise(requestAnimationFrame);
return [section.querySelector('[aria-current=true]').firstChild.data, marked()];`) as Promise<
    readonly [path: string, line: number]
  >;
}

/** Presses `Reset files`. */
export async function resetFiles(page: BrowserPage): Promise<void> {
  await page.evaluate(`${SETTING} click('.boil-reset');
while (all('.boil-files .chip').some(({ textContent }) => textContent === 'failed')) await new Promise(requestAnimationFrame);`);
}
