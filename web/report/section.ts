/** The parts of a page. */
import { element, type Content } from './element.ts';

/** A part of a page, with a title that links lead to. */
export function section(
  id: string,
  title: string,
  about: string | undefined,
  ...content: readonly Content[]
): HTMLElement {
  const heading = element('h2', { id: `${id}-title` }, title);
  const intro = about === undefined ? undefined : element('p', { class: 'intro' }, about);
  return element('section', { id, 'aria-labelledby': `${id}-title` }, heading, intro, ...content);
}

/** Names and values. Those without a value are left out. */
export function list(entries: readonly (readonly [name: string, value: Content])[]): HTMLElement {
  const rows = entries
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value)));
  return element('dl', { class: 'list' }, ...rows);
}
