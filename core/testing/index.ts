/** `somen/testing`: what a cache or an executor of your own must do, as cases for your test runner; tasks to begin with. */
export { cacheSuite, type CacheSuiteOptions, type SuiteCase } from './cache-suite.ts';
export { accumulate, add, div, mul, sub } from './arithmetic.ts';
export { executorSuite, type ExecutorSuiteOptions } from './executor-suite.ts';
