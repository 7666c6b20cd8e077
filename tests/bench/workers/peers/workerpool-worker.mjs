import workerpool from 'workerpool';

workerpool.worker({ noop: (/** @type {number} */ value) => value });
