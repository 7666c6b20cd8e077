/** Making elements. Texts come from users' data, so they only ever become text nodes. */

/** What an element is given: attributes (`true`: without a value; `undefined`: none), and listeners. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;

/** What stands in an element. */
export type Content = Node | string | number | false | undefined;

/** Makes an element of HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  fill(made, attributes, content);
  return made;
}

/** Makes an element of a drawing. */
export function drawing<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...content: readonly Content[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  fill(made, attributes, content);
  return made;
}

function fill(made: Element, attributes: Attributes, content: readonly Content[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  for (const each of content)
    if (each !== undefined && each !== false) made.append(typeof each === 'number' ? String(each) : each);
}
