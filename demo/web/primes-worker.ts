/** A worker for prime sums: the program that serves jobs, and the task. Compiled kernels come with their jobs. */
// oxlint-disable import/no-unassigned-import -- what these modules do when they are loaded is all that a worker is
import 'somen/web/worker';
import '../prime-sums.ts';
