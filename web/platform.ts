import { consoleDisplay } from '../core/display.ts';
import type { Executor } from '../core/executor.ts';
import type { FilePort } from '../core/files.ts';
import type { Hasher } from '../core/hasher.ts';
import { inline } from '../core/inline.ts';
import { PORTABLE, type Platform } from '../core/platform.ts';
import { realm } from '../core/realm.ts';
import { webFiles } from './files.ts';
import { createWebHasher } from './hasher.ts';
import { WEB_REPORTING } from './report-platform.ts';
import { workers } from './workers.ts';

let hasher: Hasher | undefined;
let executor: Executor | undefined;
let files: FilePort | undefined;

/** Browsers: Web Workers, hashing in WebAssembly, names relative to the origin. */
export const WEB: Platform = {
  hasher: () => (hasher ??= createWebHasher()),
  moduleName: PORTABLE.moduleName,
  // One pool for all runs that name none, so that its workers stay warm. A run within a task stays on the task's thread.
  executor: () => (realm().worker === undefined ? (executor ??= workers()) : inline()),
  files: () => (files ??= webFiles(WEB.hasher)),
  describe: () => ({ platform: navigator.userAgent, program: location.href }),
  display: consoleDisplay,
  reporting: WEB_REPORTING,
};
