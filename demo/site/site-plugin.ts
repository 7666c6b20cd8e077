/** The Vite plugin of the site: pages from their own parts, programs in their cells. */
import { basename, join, sep } from 'node:path';
import type { Plugin } from 'vite';
import { withCells } from './cell-html.ts';
import { pageOf, chapters, siteRoot } from './chapters.ts';
import { pageHtml, withCards } from './page-html.ts';

/** All pages, by name: what Vite builds. */
export function pageFiles(): Record<string, string> {
  const pages = chapters.map(({ slug }) => [slug, pageOf(slug)] as const);
  return { index: join(siteRoot, 'index.html'), ...Object.fromEntries(pages) };
}

/** Makes whole pages of the files, when they are built and when they are served. */
export function tutorialPages(): Plugin {
  return {
    name: 'tutorial-pages',
    transformIndexHtml: {
      order: 'pre',
      handler(html, { filename }) {
        const name = basename(filename, '.html');
        return withCells(pageHtml(withCards(html), name === 'index' ? undefined : name));
      },
    },
    // Programs are no modules of the site: Vite does not know that pages hold them.
    configureServer({ watcher, ws }) {
      const examples = join(siteRoot, 'examples') + sep;
      watcher.on('change', (path) => {
        if (path.startsWith(examples)) ws.send({ type: 'full-reload' });
      });
    },
  };
}

/**
 * The site stands in the folder of the package that it shows, and that package's `package.json` says of all modules but
 * a few that nobody needs to import them for their effects. The site's modules are imported for that.
 */
export function keepEffects(): Plugin {
  return {
    name: 'keep-effects',
    transform: { filter: { id: /\/demo\/.*\.ts$/ }, handler: () => ({ moduleSideEffects: true }) },
  };
}
