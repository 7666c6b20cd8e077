/** `somen/elements` where there are no elements: pages are rendered on servers, too. */
import { expect, test } from 'vitest';

test('defineElements does nothing on a server', async () => {
  const { defineElements, SomenGraph } = await import('somen/elements');
  await import('somen/elements/define');
  defineElements();
  expect('customElements' in globalThis).toBe(false);
  expect(SomenGraph.name).toBe('SomenGraph');
});
