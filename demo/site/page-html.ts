/** What all pages have in common: head, navigation, the way to the next chapter. */
import { chapters, type Chapter } from './chapters.ts';
import { escapeHtml } from './highlight.ts';

const REPOSITORY_NOTE = 'Everything here runs in this tab. Nothing is sent anywhere.';

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='%232b7d5b' " +
  "stroke-width='2' stroke-linecap='round'%3E%3Cpath d='M2 4c4-3 8 3 12 0M2 8c4-3 8 3 12 0M2 12c4-3 8 3 12 0'/%3E%3C/svg%3E";

/** Before anything is drawn, so that nobody who chose the dark sees a white page first. */
const THEME = `try { const theme = localStorage.getItem('theme'); if (theme) document.documentElement.dataset.theme = theme; } catch {}`;

/**
 * Makes a page of its own part: a `<title>`, a `<meta name="description">` and what stands in `<main>`. Scripts that the
 * page has besides may stand anywhere.
 *
 * @param body - the file's text
 * @param slug - the chapter's; `undefined` for the first page
 * @throws Error where the title or the description is missing
 */
export function pageHtml(body: string, slug: string | undefined): string {
  const title = take(/<title>([^]*?)<\/title>/, 'title');
  const description = take(/<meta\s+name="description"\s+content="([^"]*)"\s*\/?>/, 'meta description');
  const root = slug === undefined ? './' : '../';
  const site = slug === undefined ? 'somen' : 'somen tutorial';
  return `<!doctype html>
<html lang="en" data-root="${root}">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<meta name="description" content="${description}" />
<title>${title} · ${site}</title>
<link rel="icon" href="${ICON}" />
<script>${THEME}</script>
<link rel="stylesheet" href="${root}web/style.css" />
<script type="module" src="${root}web/site.ts"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${headerHtml(root, slug)}
<main id="content">
${body.trim()}
${slug === undefined ? '' : nextHtml(slug)}
</main>
<footer><p>${REPOSITORY_NOTE} <span class="offline-note"></span></p></footer>
</body>
</html>
`;

  function take(pattern: RegExp, what: string): string {
    const found = pattern.exec(body);
    if (found === null) throw new Error(`Cannot make the page ${slug ?? 'index'}: it has no ${what}`);
    body = body.replace(found[0], '');
    return found[1] ?? '';
  }
}

function headerHtml(root: string, slug: string | undefined): string {
  const links = chapters.map((chapter) => {
    const current = chapter.slug === slug ? ' aria-current="page"' : '';
    return `<li><a href="${root}pages/${chapter.slug}.html"${current}>${escapeHtml(chapter.title)}</a></li>`;
  });
  return `<header class="site-header">
<a class="home" href="${root}index.html"${slug === undefined ? ' aria-current="page"' : ''}>somen</a>
<nav aria-label="Chapters"><ol>${links.join('')}</ol></nav>
<button type="button" class="theme quiet" aria-label="Dark or light">◐</button>
</header>`;
}

function nextHtml(slug: string): string {
  const index = chapters.findIndex((chapter) => chapter.slug === slug);
  const [before, after] = [chapters[index - 1], chapters[index + 1]];
  const link = (chapter: Chapter | undefined, kind: string): string =>
    chapter === undefined
      ? ''
      : `<a class="${kind}" href="./${chapter.slug}.html"><small>${kind === 'next' ? 'Next' : 'Before'}</small> ${escapeHtml(chapter.title)}</a>`;
  return `<nav class="turn" aria-label="Previous and next chapter">${link(before, 'before')}${link(after, 'next')}</nav>`;
}

/** The list of chapters on the first page, in the place of `<chapter-cards></chapter-cards>`. */
export function withCards(html: string): string {
  const cards = chapters.map(
    ({ slug, title, about }) =>
      `<li><a href="./pages/${slug}.html"><strong>${escapeHtml(title)}</strong> <span>${escapeHtml(about)}</span></a></li>`,
  );
  return html.replace('<chapter-cards></chapter-cards>', `<ol class="cards">${cards.join('')}</ol>`);
}
