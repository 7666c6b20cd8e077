import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { moduleSource } from '../../dist/node/module-source.js';
import { packageRoot } from '../support/package-root.js';

const folder = mkdtempSync(join(tmpdir(), 'somen-module-source-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file, with the folders above it. */
function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe('moduleSource', () => {
  test('moduleSource loads its parser when the first module is parsed, and not before', () => {
    const url = pathToFileURL(join(packageRoot, 'dist/node/module-source.js')).href;
    const program = `
      const { moduleSource } = await import(${JSON.stringify(url)});
      const isLoaded = () => process.report.getReport().sharedObjects.some((path) => path.includes('oxc-parser'));
      const ports = moduleSource();
      ports.load(process.execPath + '/nowhere');
      const before = isLoaded();
      ports.parse('a.ts', 'const a: number = 1;');
      console.log(before, isLoaded());`;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
    expect(output.trim()).toBe('false true');
  });

  test('moduleSource reads a file again when its size or its time of change is another', () => {
    const { load } = moduleSource();
    const path = write('read/a.ts', 'const a = 1;');
    utimesSync(path, 1000, 1000);
    expect(load(path)).toBe('const a = 1;');
    writeFileSync(path, 'const a = 2;');
    utimesSync(path, 2000, 2000);
    expect(load(path)).toBe('const a = 2;');
    writeFileSync(path, 'const a = 30;');
    utimesSync(path, 2000, 2000);
    expect(load(path)).toBe('const a = 30;');
    rmSync(path);
    expect(load(path)).toBeUndefined();
  });

  test('moduleSource finds modules as Node and TypeScript do', () => {
    const { resolve } = moduleSource();
    const main = write('app/src/main.ts', '');
    const manifest = {
      name: 'my-app',
      version: '3.0.0',
      imports: { '#lib': './src/lib.ts' },
      exports: './src/main.ts',
    };
    write('app/package.json', JSON.stringify(manifest));
    const lib = write('app/src/lib.ts', '');
    const view = write('app/src/view.tsx', '');
    const index = write('app/src/parts/index.mjs', '');
    write('app/node_modules/@scope/dep/package.json', '{ "name": "@scope/dep", "version": "1.2.3" }');
    expect(resolve('./lib.js', main)).toEqual({ module: lib });
    expect(resolve('./lib', main)).toEqual({ module: lib });
    expect(resolve('./view.jsx', main)).toEqual({ module: view });
    expect(resolve('./parts', main)).toEqual({ module: index });
    expect(resolve('#lib', main)).toEqual({ module: lib });
    expect(resolve('./nowhere.js', main)).toBeUndefined();
    expect(resolve('@scope/dep/part.js', main)).toEqual({ package: '/part.js', name: '@scope/dep', version: '1.2.3' });
    expect(resolve('my-app', main)).toEqual({ package: '', name: 'my-app', version: '3.0.0' });
    expect(resolve('node:fs/promises', main)).toEqual({ builtIn: 'fs/promises' });
    expect(resolve('no-such-package', main)).toBeUndefined();
  });

  test('moduleSource follows packages that are linked from a workspace, and takes installed ones as they are', () => {
    const { resolve } = moduleSource();
    const main = write('workspace/app/src/main.ts', '');
    write('workspace/app/package.json', '{ "name": "app" }');
    const exports = {
      '.': { types: './a.d.ts', import: './src/a.js' },
      './parts/*': './src/*.js',
      './old': './src/old.cjs',
    };
    write('workspace/lib/package.json', JSON.stringify({ name: 'lib', version: '1.0.0', exports }));
    const a = write('workspace/lib/src/a.js', 'export const a = 1;');
    const b = write('workspace/lib/src/b.js', 'export const b = 1;');
    write('workspace/lib/src/old.cjs', 'exports.c = 1;');
    write(
      'workspace/app/node_modules/installed/package.json',
      '{ "name": "installed", "version": "2.0.0", "main": "a.js" }',
    );
    write('workspace/app/node_modules/installed/a.js', 'export const a = 1;');
    symlinkSync(join(folder, 'workspace/lib'), join(folder, 'workspace/app/node_modules/lib'), 'junction');
    expect(resolve('lib', main)).toEqual({ module: a });
    expect(resolve('lib/parts/b', main)).toEqual({ module: b });
    expect(resolve('lib/old', main)).toEqual({ package: '/old', name: 'lib', version: '1.0.0' });
    expect(resolve('lib/hidden', main)).toEqual({ package: '/hidden', name: 'lib', version: '1.0.0' });
    expect(resolve('installed', main)).toEqual({ package: '', name: 'installed', version: '2.0.0' });
  });

  test('moduleSource says what is wrong with a module that cannot be parsed', () => {
    expect(() => moduleSource().parse('/a.ts', 'const a = ;')).toThrow(SyntaxError);
  });
});
