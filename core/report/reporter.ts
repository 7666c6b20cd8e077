/**
 * What runs with a report load. `web/report/bundle-reporter.mjs` replaces this file in `dist` by one that has all it needs:
 * bundlers would else split that from what all pages need, at the cost of all pages.
 */
export { reportRun } from './run-reporter.ts';
