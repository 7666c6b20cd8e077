/**
 * `somen/elements`: custom elements that show a run while it goes on. They need no framework, and work in each. Importing
 * this defines nothing: `defineElements()` does.
 */
export { defineElements } from './define-elements.ts';
export { SomenGraph } from './graph-element.ts';
export { SomenLog } from './log-element.ts';
export { SomenProgress } from './progress-element.ts';
export { RunElement, type ElementStore, type SelectDetail } from './run-element.ts';
export { SomenTimeline } from './timeline-element.ts';
