/** The style sheets of the elements: objects, which a Content-Security-Policy without inline styles allows. */
import { DARK, LIGHT, type ColorName } from '../../core/drawing/palette.ts';

const sheets = new Map<string, CSSStyleSheet>();

/** A sheet of a text, made once. */
export function sheetOf(text: string): CSSStyleSheet {
  let sheet = sheets.get(text);
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    sheets.set(text, sheet);
  }
  return sheet;
}

/** The names of all colours: each is a custom property, as in `--somen-running`. */
const COLOR_NAMES: readonly ColorName[] = Object.keys(LIGHT) as ColorName[];

/** What all elements share. */
export function sharedSheet(): CSSStyleSheet {
  return sheetOf(sharedText());
}

/** Pages set `--somen-...`; what they leave out follows the color-scheme of the place where the element stands. */
function sharedText(): string {
  const colors = COLOR_NAMES.map(
    (name) => `--_${name}: var(--somen-${name}, light-dark(${LIGHT[name]}, ${DARK[name]}));`,
  );
  return `
:host { ${colors.join(' ')} display: block; box-sizing: border-box; position: relative; overflow: hidden; contain: content;
  font: 13px/1.4 var(--somen-font, system-ui, sans-serif); color: var(--_text); background: var(--_surface);
  border: 1px solid var(--_border); border-radius: 8px; }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
button, input, select { font: inherit; color: inherit; background: var(--_box); border: 1px solid var(--_border); border-radius: 6px; }
button { min-width: 28px; min-height: 28px; padding: 0 6px; cursor: pointer; }
:focus-visible { outline: 2px solid var(--_running); outline-offset: -2px; }
.code, code, pre { font-family: var(--somen-code-font, ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace); font-size: 12px; }
.muted { color: var(--_muted); }
.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
svg.state { width: 12px; height: 12px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
${COLOR_NAMES.map((name) => `.is-${name} { color: var(--_${name}); }`).join('\n')}
`;
}

/** For how long colours are kept, in milliseconds. */
const COLORS_LAST = 1000;

/** Colours for a canvas, which knows no custom properties. Read from an element, since they may depend on where it stands. */
export class CanvasColors {
  /** To be put into the root: an element for each colour, without a place on the page. */
  readonly node: HTMLElement = document.createElement('div');
  readonly #probes: ReadonlyMap<ColorName, HTMLElement>;
  #colors: Readonly<Record<ColorName, string>> = LIGHT;
  #validUntil = -Infinity;

  constructor() {
    this.node.hidden = true;
    this.#probes = new Map(COLOR_NAMES.map((name) => [name, this.#probe(name)]));
  }

  #probe(name: ColorName): HTMLElement {
    const probe = document.createElement('i');
    probe.className = `is-${name}`;
    this.node.append(probe);
    return probe;
  }

  /** The colours of now, or of a little while ago: to ask for them in each frame would make the page compute its styles. */
  read(): Readonly<Record<ColorName, string>> {
    const now = performance.now();
    if (now < this.#validUntil) return this.#colors;
    const colors: Partial<Record<ColorName, string>> = {};
    for (const [name, probe] of this.#probes) colors[name] = getComputedStyle(probe).color;
    this.#validUntil = now + COLORS_LAST;
    return (this.#colors = { ...LIGHT, ...colors });
  }

  /** The next reading is a new one. */
  forget(): void {
    this.#validUntil = -Infinity;
  }
}
