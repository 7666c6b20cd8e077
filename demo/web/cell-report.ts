/** What a cell says about a run in words: its status, its values, its error. */
import type { LiveError, LiveResult, LiveValue } from 'somen/live';
import type { RunSummary } from 'somen/web';

/** Classes of the status, with what they count and what that is called. */
const COUNTS: readonly (readonly [state: string, count: keyof RunSummary, word: string])[] = [
  ['done', 'ran', 'computed'],
  ['retrieved', 'retrieved', 'retrieved'],
  ['attached', 'attached', 'attached'],
  ['failed', 'failed', 'failed'],
];

/** Says how a program ended: how long it took, and what became of the calls of its last run, if there was one. */
export function showStatus(target: HTMLElement, result: LiveResult, summary: RunSummary | undefined): void {
  const counts = COUNTS.flatMap(([state, count, word]) => {
    const number = summary?.[count] ?? 0;
    return number === 0 ? [] : [made('span', `chip ${state}`, `${number} ${word}`)];
  });
  target.replaceChildren(headline(result), ' ', ...counts.flatMap((count) => [count, ' ']));
}

function headline(result: LiveResult): string {
  switch (result.status) {
    case 'done':
      return `Done in ${duration(result.duration)}.`;
    case 'stopped':
      return 'Stopped.';
    case 'failed': {
      const { place } = result.error;
      return `Failed${place === undefined ? '' : ` in line ${place.line}`}: ${result.error.name}.`;
    }
  }
}

/** Lists what a program exports, in the order of its source, below the lines that it wrote. */
export function showValues(target: HTMLElement, result: LiveResult, lines: readonly string[], source: string): void {
  const values = result.status === 'done' ? [...result.values] : [];
  const place = ({ name = '' }: LiveValue): number =>
    name === ''
      ? source.length
      : source.search(new RegExp(`\\bexport\\b[^;=]*\\b${name.replaceAll('$', '\\$')}(?![\\w$])`));
  values.sort((a, b) => place(a) - place(b));

  const list = made('dl', 'values', '');
  for (const { name, text } of values) list.append(made('dt', '', name ?? 'result'), made('dd', '', readable(text)));
  const parts: HTMLElement[] = [];
  if (lines.length > 0) parts.push(made('pre', 'console', readable(lines.join('\n'))));
  for (const pre of parts) pre.tabIndex = 0;
  if (values.length > 0) parts.push(list);
  if (parts.length === 0)
    parts.push(made('p', 'nothing', result.status === 'done' ? 'None.' : 'None: it came to no end.'));
  target.replaceChildren(...parts);
}

/** The address of a module that only the engine knows, with a place in it. Lines of it are those of the program. */
const OWN_PLACE = /(?:blob:)?https?:\/\/[^\s()]+\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}:(\d+):\d+/g;

/** A text with lines in the place of addresses that mean nothing to a reader: trails of failures have them. */
function readable(text: string): string {
  return text.replaceAll(OWN_PLACE, 'line $1');
}

/** Tells what failed, in which call, and why that failed. Empty where nothing did. */
export function showError(target: HTMLElement, error: LiveError | undefined): void {
  target.replaceChildren(...(error === undefined ? [] : errorParts(error)));
}

function errorParts({ name, message, place, job, cause }: LiveError): HTMLElement[] {
  const where = place === undefined ? '' : `Line ${place.line}, column ${place.column}. `;
  const call = job === undefined ? '' : `In the call ${job.task}(${job.arguments}). `;
  const parts = [made('strong', '', `${name}: ${message}`)];
  if (where + call !== '') parts.push(made('p', '', (where + call).trim()));
  if (cause === undefined) return parts;
  const inner = made('div', 'cause', '');
  inner.append('Caused by ', ...errorParts(cause));
  return [...parts, inner];
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

function made(tag: string, className: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.textContent = text;
  return element;
}
