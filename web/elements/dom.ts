/** Making nodes: text is always text, never markup. */

/** Attributes of a node; `undefined` sets none. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

const SVG = 'http://www.w3.org/2000/svg';

/** An element of HTML. */
export function html<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(name);
  setAttributes(node, attributes);
  node.append(...children);
  return node;
}

/** An element of SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const node = document.createElementNS(SVG, name);
  setAttributes(node, attributes);
  node.append(...children);
  return node;
}

function setAttributes(node: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) node.setAttribute(name, String(value));
}

/** A button with a sign and a name. */
export function button(sign: string, label: string, onClick: () => void): HTMLButtonElement {
  const node = html('button', { type: 'button', 'aria-label': label, title: label, part: 'button' }, sign);
  node.addEventListener('click', onClick);
  return node;
}

/** Sets a text only where it differs: a live region is read again with each change. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
