/** The chapters of the tutorial, in their order: the navigation, the cards of the first page and the tests go by this list. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A page of the tutorial. */
export interface Chapter {
  /** The name of its file in `pages/`, without `.html`, and of its folder in `examples/`. */
  readonly slug: string;
  readonly title: string;
  /** What one learns there, in one sentence. */
  readonly about: string;
}

/** With those that have no page yet. */
const CHAPTERS: readonly Chapter[] = [
  {
    slug: 'first-steps',
    title: 'First steps',
    about: 'Call functions, get promises, and see what runs at the same time.',
  },
  {
    slug: 'poetry',
    title: 'Translating poetry',
    about: 'Work that is repeated, work that changed, and work that need not be done again.',
  },
  { slug: 'boil', title: 'Boil', about: 'A make tool in the tab: only what is out of date is compiled.' },
  {
    slug: 'number-crunching',
    title: 'Number crunching',
    about: 'Prime sums on all cores, in JavaScript and in WebAssembly, with the speed-up measured.',
  },
  {
    slug: 'errors',
    title: 'Errors',
    about: 'One call fails. What happens to the others, and how do you find out why?',
  },
  {
    slug: 'stars',
    title: 'Serialising the stars',
    about: 'Teach the engine your own classes, and keep large arrays out of the way.',
  },
  {
    slug: 'control-flow',
    title: 'Control flow',
    about: 'Recursion in constant memory, branches that never run, searches that stop early.',
  },
  {
    slug: 'fractals',
    title: 'Mandelbrot and Julia',
    about: 'A picture in tiles, each drawn as soon as a worker has it.',
  },
  { slug: 'sha-256', title: 'SHA-256', about: 'How fast can your browser hash? Measured here, plotted as it goes.' },
];

/** The folder `demo`: this module may have been compiled to another one. */
export const siteRoot: string = findRoot();

function findRoot(): string {
  for (const up of ['..', '../../../demo']) {
    const folder = fileURLToPath(new URL(up, import.meta.url));
    if (existsSync(join(folder, 'vite.config.ts'))) return folder;
  }
  throw new Error('Cannot find the folder demo: build the package in its repository');
}

/** The chapters that have a page. */
export const chapters: readonly Chapter[] = CHAPTERS.filter(({ slug }) => existsSync(pageOf(slug)));

/** The file of a chapter's page. */
export function pageOf(slug: string): string {
  return join(siteRoot, 'pages', `${slug}.html`);
}

/** The text of an example, by its path in `examples/`. */
export function exampleText(path: string): string {
  return readFileSync(join(siteRoot, 'examples', path), 'utf8').trimEnd();
}
