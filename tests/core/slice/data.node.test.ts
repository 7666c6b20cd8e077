import { expect, test } from 'vitest';
import { programIn, slicesIn } from './support/program-in.js';
import { memoryPorts } from './support/memory-ports.js';

/** A module that imports what only a bundler knows. */
const files = {
  '/main.ts': `import { schedule } from 'somen';\nimport raw from './pic.svg?raw';\nimport url from './pic.svg?url';\nexport const a = schedule(() => raw);\nexport const b = schedule(() => url);`,
  '/pic.svg?raw': '<svg/>',
  '/pic.svg?url': '<svg/>',
};

test('data that ports name is imported as it stands, and counts by its content and its query', () => {
  const sources: Record<string, string> = { ...files };
  const ports = { ...memoryPorts(sources), isData: (path: string) => path.includes('.svg') };
  const program = programIn(files, { ports });
  const [a, b] = program.tasks('/main.ts');
  expect([a?.refusals, b?.refusals, a?.sliced, b?.sliced]).toEqual([[], [], true, true]);
  expect(a?.modules).toEqual(['/main.ts', '/pic.svg?raw']);
  const slices = program.slices(['/main.ts']);
  expect([...slices.values()].map(({ imports, files: data }) => [imports, data])).toEqual([
    [[], ['/pic.svg?raw', '/pic.svg?url']],
  ]);
  sources['/pic.svg?raw'] = '<svg></svg>';
  const [changed, same] = program.tasks('/main.ts');
  expect(changed?.version).not.toBe(a?.version);
  expect(same?.version).toBe(b?.version);
  sources['/main.ts'] = files['/main.ts'].replace('pic.svg?raw', 'pic.svg?url');
  expect(program.tasks('/main.ts')[0]?.version).not.toBe(a?.version);
  expect(program.tasks('/main.ts')[0]?.version).toBe(program.tasks('/main.ts')[1]?.version);
});

test('what no port names as data is refused as a module that cannot be parsed', () => {
  expect(programIn(files).tasks('/main.ts')[0]?.refusals).toMatchObject([{ kind: 'not-parsed' }]);
  expect(slicesIn(files, ['/main.ts'])['/main.ts']).not.toContain('svg');
});
