import { join } from 'node:path';
import { packageRoot } from '../../../support/package-root.ts';

/** What starts a pilot of this package. */
export const SOMEN_PILOT: readonly string[] = [process.execPath, join(packageRoot, 'dist/node/cli/main.js'), 'pilot'];
