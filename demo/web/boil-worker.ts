/** A worker that compiles: the program that serves jobs, the tasks, and where the compiler comes in. */
// oxlint-disable import/no-unassigned-import -- what these modules do when they are loaded is all that a worker is
import 'somen/web/worker';
import './boil-tasks.ts';
import { receiveCompiler, type CompilerMessage } from './boil-compiler.ts';

addEventListener('message', ({ data }: MessageEvent<Partial<Record<'compiler' | 'failure', unknown>>>) => {
  if ('compiler' in data || 'failure' in data) receiveCompiler(data as CompilerMessage);
});
