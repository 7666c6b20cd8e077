/** The elements that a page's script needs. */

/**
 * The element of that kind.
 * @throws Error where the page does not have it
 */
export function find<T extends Element>(root: ParentNode, selector: string, kind: new () => T): T {
  const found = root.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`Cannot use the page: it has no ${kind.name} at '${selector}'`);
}
