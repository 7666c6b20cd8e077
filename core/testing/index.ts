/** `somen/testing`: what a cache of your own must do, as cases for your test runner. */
export { cacheSuite, type CacheSuiteOptions, type SuiteCase } from './cache-suite.ts';
