import { consoleDisplay, type Display } from '../../core/display.ts';
import { realm } from '../../core/realm.ts';
import { fancyDisplay, isCapable } from './fancy-display.ts';
import type { TerminalDisplayOptions } from './options.ts';
import { plainDisplay } from './plain-display.ts';

/**
 * What shows a run for which nobody chose a display: on a terminal the fancy one; else, and in CI, only calls that have a
 * text, in plain lines. Programs whose output goes to a file or a test runner, and that have no such texts, see nothing,
 * and their jobs cost nothing.
 */
export function defaultDisplay(options: TerminalDisplayOptions): Display {
  if (isCapable(process.stderr) && !isContinuousIntegration()) return fancyDisplay(options);
  return realm().usesDisplay === true ? plainDisplay({ ...options, summary: false }) : consoleDisplay();
}

/** Logs of CI keep each frame of what is drawn over and over. */
function isContinuousIntegration(): boolean {
  return !['', '0', 'false'].includes(process.env['CI'] ?? '');
}
