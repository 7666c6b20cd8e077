/** A worker that helps to hash: it needs no tasks for that. */
// oxlint-disable-next-line import/no-unassigned-import -- what this module does when it is loaded is all that a worker is
import 'somen/web/worker';
