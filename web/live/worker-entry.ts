/**
 * The worker of live scripts: for a script, or for tasks, as the page says. `somen/live/worker` is this module and all
 * it needs in one file, the slicer and its parser included.
 */
import * as somen from '../index.ts';
import type { BootMessage, FromScriptWorker, FromTaskWorker, ToScriptWorker, ToTaskWorker } from './messages.ts';
import { ScriptProgram } from './script-program.ts';
import { TaskProgram } from './task-program.ts';

declare const self: DedicatedWorkerGlobalScope;

// A page that imports this module by mistake stays a page.
if (typeof DedicatedWorkerGlobalScope !== 'undefined' && self instanceof DedicatedWorkerGlobalScope) serve();

function serve(): void {
  self.addEventListener('message', ({ data }: MessageEvent<BootMessage>) => boot(data), { once: true });
}

function boot(message: BootMessage): void {
  // Held: scripts may replace it.
  const postMessage = self.postMessage.bind(self);
  const post = (answer: FromTaskWorker | FromScriptWorker, transfer: Transferable[] = []): void =>
    postMessage(answer, transfer);
  if (message.role === 'tasks') {
    const program = new TaskProgram(somen, post);
    // The page takes all that comes from here for the program's own.
    self.postMessage = () => {
      throw new TypeError(
        'Cannot send a message from a task of a live script: what it is for may be found in a cache. Return the value, and send that from the script',
      );
    };
    self.addEventListener('message', ({ data }: MessageEvent<ToTaskWorker>) => program.take(data));
    program.take(message);
    return;
  }
  const program = new ScriptProgram(message.setup, somen, post);
  self.addEventListener('message', (event: MessageEvent<ToScriptWorker>) => {
    event.stopImmediatePropagation();
    program.take(event.data);
  });
  // What a script sends is for the page's own listener.
  self.postMessage = (data: unknown, transfer?: Transferable[] | StructuredSerializeOptions) =>
    postMessage({ type: 'message', data }, transfer as Transferable[]);
  self.close = () => {
    throw new TypeError(
      'Cannot close the worker of a live script: it ends with the script. Let the module come to its end',
    );
  };
  void program.prepare();
}
