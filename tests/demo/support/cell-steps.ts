/** What a reader does with a cell, and what the cell shows then. Each step is one script in the page. */
import type { BrowserPage } from './browser-page.ts';
import { TYPING } from './typing.ts';

/** What a cell shows after a program has ended. */
export interface CellReport {
  /** `Done in 12 ms. 2 computed 2 retrieved` */
  readonly status: string;
  readonly values: Readonly<Record<string, string>>;
  /** What the program wrote. */
  readonly output: string;
  readonly error: string;
  /** The line with the mark of an error, from 1; 0 for none. */
  readonly marked: number;
}

/** In the page: the cell, what it shows, and the next end of a program in it. */
const SETTING = (src: string): string => `${TYPING}
const cell = document.querySelector('live-code[src="${src}"]');
cell.scrollIntoView({ block: 'start' });
const button = cell.querySelector('.cell-run');
while (button.disabled) await new Promise(requestAnimationFrame);
const lines = () => [...cell.querySelectorAll('.cm-line')];
const ended = () => new Promise((resolve) => cell.addEventListener('somen-end', resolve, { once: true }));
const text = (selector) => cell.querySelector(selector)?.textContent ?? '';
const report = () => ({
  status: text('.cell-status').trim(),
  values: Object.fromEntries([...cell.querySelectorAll('.values dt')].map((dt) => [dt.textContent, dt.nextSibling.textContent])),
  output: text('.console'),
  error: text('.cell-error'),
  marked: lines().findIndex((line) => line.querySelector('.cm-lintRange-error')) + 1,
});
const editor = async () => {
  cell.querySelector('pre[tabindex]:not(.console)')?.focus();
  while (cell.querySelector('.cm-content') === null) await new Promise(requestAnimationFrame);
  cell.querySelector('.cm-content').focus();
};
`;

/** Presses `Run`. */
export function runCell(page: BrowserPage, src: string): Promise<CellReport> {
  return step(page, src, 'const end = ended(); button.click(); await end; return report();');
}

/** Types something in the place of a text, and waits until that has run. */
export function editCell(page: BrowserPage, src: string, from: string, to: string): Promise<CellReport> {
  return step(
    page,
    src,
    `await editor();
const line = lines().find((candidate) => candidate.textContent.includes(${JSON.stringify(from)}));
const end = ended();
await type(line, line.textContent.indexOf(${JSON.stringify(from)}), ${from.length}, ${JSON.stringify(to)});
await end;
return report();`,
  );
}

/** The first line that begins a statement of a program, other than an import: in the page. */
const STATEMENT =
  'const line = lines().find((candidate) => /^(const|export|class|function) /.test(candidate.textContent));';

/** Types a `throw` before the first statement. @returns the line as well */
export function breakCell(page: BrowserPage, src: string): Promise<CellReport & { readonly line: number }> {
  return step(
    page,
    src,
    `await editor(); ${STATEMENT}
const end = ended();
await type(line, 0, 0, 'throw new RangeError("broken by hand"); ');
await end;
return { ...report(), line: lines().indexOf(line) + 1 };`,
  ) as Promise<CellReport & { readonly line: number }>;
}

/** Types a loop without end before the first statement, and presses `Stop` while it runs. */
export function loopAndStop(page: BrowserPage, src: string): Promise<CellReport> {
  return step(
    page,
    src,
    `await editor(); ${STATEMENT}
const started = new Promise((resolve) => cell.addEventListener('somen-start', resolve, { once: true }));
await type(line, 0, 0, 'for (;;); ');
await started;
const end = ended(); button.click(); await end; return report();`,
  );
}

/** Presses `Reset`, and waits until the program has run. */
export function resetCell(page: BrowserPage, src: string): Promise<CellReport> {
  return step(
    page,
    src,
    `await editor(); const end = ended(); cell.querySelector('.cell-reset').click(); await end; return report();`,
  );
}

/** Presses `Forget`, and waits until it is said that all is forgotten. */
export async function forgetCell(page: BrowserPage, src: string): Promise<void> {
  await step(
    page,
    src,
    `cell.querySelector('.cell-forget').click();
while (!text('.cell-status').startsWith('Forgotten')) await new Promise(requestAnimationFrame);`,
  );
}

/** How the programs of all cells of the page end, one after the other. */
export async function runAll(page: BrowserPage): Promise<Readonly<Record<string, string>>> {
  const sources = (await page.evaluate(
    `return [...document.querySelectorAll('live-code')].map((cell) => cell.getAttribute('src'));`,
  )) as string[];
  const ends: Record<string, string> = {};
  for (const src of sources) {
    const { status, error } = await runCell(page, src);
    ends[src] = status.startsWith('Done') ? 'done' : error;
  }
  return ends;
}

async function step(page: BrowserPage, src: string, body: string): Promise<CellReport> {
  return (await page.evaluate(SETTING(src) + body)) as CellReport;
}
