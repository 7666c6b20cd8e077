/** A worker for fractals: the program that serves jobs, and the tasks. */
// oxlint-disable import/no-unassigned-import -- what these modules do when they are loaded is all that a worker is
import 'somen/web/worker';
import './fractal-tasks.ts';
