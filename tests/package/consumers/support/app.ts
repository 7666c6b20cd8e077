import { cp, mkdir, mkdtemp, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

/** Gives an app packages that somen is developed with, too: frameworks, and what compiles for them. */
export async function linkPackages(app: App, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const place = join(app, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(packageRoot, 'node_modules', name), place);
  }
}
