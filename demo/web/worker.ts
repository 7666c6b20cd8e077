/** The page's worker: the program that serves jobs, and the tasks that it can do. */
// oxlint-disable import/no-unassigned-import -- what these modules do when they are loaded is all that a worker is
import 'somen/web/worker';
import './tasks.ts';
