/** The colours of the page: those of the drawings. */
import { DARK, LIGHT, type ColorName } from '../../core/drawing/palette.ts';

/** What the style of the page has names for itself. */
const OWN: Readonly<Partial<Record<ColorName, string>>> = {
  surface: 'var(--card)',
  box: 'var(--stripe)',
  text: 'var(--ink)',
  muted: 'var(--soft)',
  border: 'var(--line)',
};

/** Gives the page the colours of the drawings, as `--somen-...`. */
export function setColors(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:root { ${named(LIGHT)} } @media (prefers-color-scheme: dark) { :root { ${named(DARK)} } }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

function named(colors: Readonly<Record<ColorName, string>>): string {
  return Object.entries({ ...colors, ...OWN })
    .map(([name, color]) => `--somen-${name}: ${color};`)
    .join(' ');
}
