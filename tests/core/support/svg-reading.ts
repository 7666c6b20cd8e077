/** Reads places out of drawings. */

/** A box of a drawing. */
export interface ReadBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Whether others stand in it. */
  readonly open: boolean;
}

/** The boxes, those that others stand in first. */
export function boxesIn(svg: string): readonly ReadBox[] {
  const pattern =
    /<g class="([^"]*)" transform="translate\(([\d.-]+) ([\d.-]+)\)">.*?<rect class="frame" x="0" y="0" width="([\d.]+)" height="([\d.]+)"/g;
  return [...svg.matchAll(pattern)].map(([, classes = '', x, y, width, height]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
    open: classes.split(' ').includes('open'),
  }));
}

/** Where edges begin and end. */
export function linesIn(
  svg: string,
): readonly { readonly start: { readonly y: number }; readonly end: { readonly y: number } }[] {
  return [...svg.matchAll(/<path class="edge[^"]*" d="([^"]*)"/g)].map(([, d = '']) => {
    const numbers = (d.match(/-?[\d.]+/g) ?? []).map(Number);
    return { start: { y: numbers[1] ?? NaN }, end: { y: numbers.at(-1) ?? NaN } };
  });
}
