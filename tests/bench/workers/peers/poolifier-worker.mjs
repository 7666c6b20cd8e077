import { ThreadWorker } from 'poolifier';

/** Listens as soon as it exists. */
export const worker = new ThreadWorker((/** @type {number} */ value) => value);
