/** Elements of SVG, which have a namespace of their own. */

/** Makes one. */
export function newSvg(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly Element[]
): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== '') element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}
