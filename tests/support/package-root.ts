import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// Resolved by the package's own name: the answer is the same from the sources and from `dist/tests`.
const manifest = createRequire(import.meta.url).resolve('somen/package.json');

/** The folder of somen's own `package.json`. */
export const packageRoot: string = dirname(manifest);

/** Where the tests keep what is costly to make again; `npm ci` and git both leave it out. */
export const cacheFolder: string = join(packageRoot, 'node_modules', '.cache', 'somen');
