/** Parts of core that are not exported. They are found from the sources of the tests, and from what these are compiled to. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Columns from '../../dist/core/wire-columns.js';
import type * as Pool from '../../dist/core/worker-pool.js';
import { packageRoot } from '../support/package-root.js';

const load = (name: string): Promise<unknown> => import(pathToFileURL(join(packageRoot, 'dist', 'core', name)).href);

export const columns: typeof Columns = (await load('wire-columns.js')) as typeof Columns;
export const pool: typeof Pool = (await load('worker-pool.js')) as typeof Pool;
