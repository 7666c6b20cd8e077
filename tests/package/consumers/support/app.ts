import { cp, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { packageRoot } from '../../../support/package-root.ts';

/** An app's folder, with the packed somen in its `node_modules` as npm put it there. */
export type App = string;

/** Makes an app of one of the fixtures: a copy of its own, so that tests can build in it at the same time. */
export async function createApp(fixture: string): Promise<App> {
  const { apps } = inject('consumers');
  const app = await mkdtemp(join(apps, `${fixture}-`));
  await cp(join(apps, 'template'), app, { recursive: true });
  await cp(join(packageRoot, 'tests', 'package', 'consumers', 'fixtures', fixture), app, { recursive: true });
  return app;
}
