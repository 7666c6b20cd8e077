/** What Node adds to reports: files, and what is known of the machine. */
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';

import type { Executor } from '../core/executor.ts';
import { realm } from '../core/realm.ts';
import type { ReportPlatform } from '../core/report/report-platform.ts';

/** Node. */
export const NODE_REPORTING: ReportPlatform = {
  describe: async (executor) => ({
    machine: {
      cores: availableParallelism(),
      memory: totalmem(),
      system: `${type()} ${release()} ${arch()}`,
      ...processor(),
    },
    versions: { node: process.versions.node, v8: process.versions.v8 },
    arguments: process.argv.slice(2),
    ...(await profileOf(executor)),
  }),
  file: async (target) => {
    // What writes them is loaded by those who want one.
    const [{ formatOf }, { reportFile, reportPath }] = await Promise.all([
      import('./report-formats.ts'),
      import('./report-file.ts'),
    ]);
    const path = reportPath(target);
    return reportFile(path, formatOf(path));
  },
};

/** The profile that made an executor. */
async function profileOf(executor: Executor): Promise<{ readonly profile?: string }> {
  for (const [name, making] of realm().profiles ?? []) {
    const made = await making.catch(() => undefined);
    if (made?.executor === executor) return { profile: name };
  }
  return {};
}

function processor(): { readonly processor?: string } {
  // There are none in some containers.
  const model = cpus()[0]?.model.trim();
  return model === undefined || model === '' ? {} : { processor: model };
}
