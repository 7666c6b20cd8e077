import { Program } from './dist/core/slice/program.js';
import { applyEdits } from './dist/core/slice/edits.js';
import { createNodeHasher } from './dist/node/hasher.js';
import { moduleSource } from './dist/node/module-source.js';
import { posix } from 'node:path';
const files = {
 '/main.tsx': `import { schedule, tasks } from 'somen';
import * as s from 'somen';
import { f, type T } from './barrel.ts';
import data from './d.json' with { type: 'json' };
import './style.css';
interface X { a: number }
const a = 1, b = 2,
  c = 3;
export const one = schedule((x: number) => f(x) + b + data.k);
export const { two, three } = tasks('ns', { two(x) { return x + a; }, async *'th ree'() { yield 1 }, g, 'q r': (x) => one(x) });
function g() { return c }
function App() {
  const task = schedule(function inner(x) { return new URL('./x.txt', import.meta.url) + x; }, { name: 'inner/n' });
  document.title = 'x';
  return <div>{task}</div>;
}
@schedule export class Box { @s.schedule({ version: '2' }) m() { return c } }
let count = 0; count++;
export const bad = schedule(() => count);
export const callsBad = schedule(() => bad());
schedule(function bare() { return import('./lib.ts') });
`,
 '/barrel.ts': `export * from './lib.ts';\nexport { z } from './lib.ts';`,
 '/lib.ts': `export const f = (x) => x, h = 2; export type T = 1;\nexport const z = document;`,
 '/d.json': '{"k":1}', '/x.txt': 'hello',
};
const { parse } = moduleSource();
const ports = { parse, load: (p) => files[p], resolve: (spec, imp) => spec.startsWith('.') ? { module: posix.join(posix.dirname(imp), spec) } : { package: '', name: spec, version: '1.0.0' } };
const p = new Program({ ports, hasher: createNodeHasher(), moduleName: (x) => 'app' + x, moduleUrl: (x) => 'somen:app' + x, sliceUrl: (x) => `new URL("./slice${x}", import.meta.url).href`, sliceSpecifier: (x, i) => 'slice:' + x });
for (const t of p.tasks('/main.tsx')) console.log(t.name, t.named, t.line, t.column, t.version?.slice(0, 8), t.sliced, t.refusals.map((r) => r.kind), t.modules);
console.log(applyEdits(files['/main.tsx'], p.instrument('/main.tsx')));
for (const [path, m] of p.slices(['/main.tsx'])) console.log('-----', path, m.imports, m.files, '\n' + applyEdits(files[path], m.edits));
