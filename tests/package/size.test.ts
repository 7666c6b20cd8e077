/** What a page downloads for somen, so that growth is noticed. */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { type App, createApp } from './consumers/support/app.ts';

let app: App;

beforeAll(async () => {
  app = await createApp('types');
});

// Ceilings in bytes after gzip, a little above the size when they were set. Raise one only with the reason here.
const ceilings = [
  // 17,573 in November 2026: the language, the engine, keys, the canonical encoding and its decoder. 24,310 with the
  // constructs (workflows that come back from workers may hold any of them), control, and values that travel. 30,750 with
  // registries: the built-in types as serialisers, cycles, subclasses, references, limits. JSON, the binary encoding and
  // compression come only with what uses them. 38,700 with caches that are asked from the end result downwards, results read
  // when they are needed, claims, files, and what is written into a history. Histories and the questions to them are apart.
  // 41,450 with what tools say of code, captured values, and errors for options that there are none of.
  // 42,750 with the workflows that displays are told of, and several displays.
  // 44,850 with texts for calls, and the names of parameters that these speak of, checked where a task is scheduled.
  ['somen', `export { run, schedule } from 'somen'`, 45_700],
  // 33,587 in November 2026: the above; SHA-256 in wasm, as base64; the pool of workers; Comlink. 43,310, 49,550, 57,980 and 61,450 with the above.
  // 64,300 with workers that come and go, refuse jobs and store results: pages share the pool with pilots.
  // 67,330 with texts for calls.
  ['somen/web', `export { run, schedule } from 'somen/web'`, 68_500],
  // 22,280 in November 2026: four elements, the layout of graphs, and what finds calls that are alike.
  ['somen/elements', `import { defineElements } from 'somen/elements'; defineElements();`, 23_500],
  // 19,225 in November 2026: jobs, keys, and SHA-256 in wasm again, since it is a file that stands alone. 25,822 with
  // functions, quotes, instances and wasm exports among the values, 27,870 with registries, 28,890 with files.
  // 30,550 with results that workers store, and versions that they compare.
  // 32,330 with texts for calls: workers schedule the same tasks.
  ['somen/web/worker', `import 'somen/web/worker'`, 33_000],
  // 166,280 in November 2026: all of somen for scripts, SHA-256 and compression in wasm, the slicer (about 20,000), and acorn
  // with its tables of Unicode (about 33,000). The page itself loads 5,300, and this only when the first script runs.
  // 178,070 with drawings: scripts may import every name of somen/web.
  ['somen/live/worker', `import 'somen/live/worker'`, 180_500],
  ['somen/live', `export { createLiveScript } from 'somen/live'`, 6000],
] as const;

test.each(ceilings)(
  'what a page needs of %s, minified and compressed, is below its ceiling',
  async (_name, contents, ceiling) => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: app },
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    });
    const [bundle] = outputFiles;
    const size = gzipSync(bundle?.contents ?? '', { level: 9 }).byteLength;
    expect(size).toBeLessThan(ceiling);
    // Far less would mean that the bundler takes for unused what is needed.
    expect(size).toBeGreaterThan(ceiling / 2);
  },
);
