/** The first demo: a workflow in the shape of a diamond, drawn and coloured while it runs. */
import { run, toGraph, workers, type JobEvent, type Run } from 'somen/web';
import { createWorker } from './create-worker.ts';
import { drawGraph, type GraphView } from './graph-view.ts';
import { duration, element, runButton } from './page.ts';
import { add, mul, sub } from './tasks.ts';

const u = add(5, 4);
const v = sub(u, 3);
const w = sub(u, 2);
const x = mul(v, w);
const names = ['u', 'v', 'w', 'x'];

/** Fills its section of the page. */
export function showDiamond(): void {
  const section = element(document, '#diamond', HTMLElement);
  const output = element(section, 'output', HTMLOutputElement);
  const graph = toGraph(x);
  const view = drawGraph(element(section, 'svg', SVGSVGElement), graph, names);
  const reset = (): void => graph.nodes.forEach(({ id }) => view.show(id, 'waiting', 'waiting'));
  const executor = workers({ size: 2, create: createWorker });
  let current: Run<number> | undefined;

  reset();
  runButton(element(section, 'button', HTMLButtonElement), {
    async start() {
      reset();
      output.textContent = 'Running ...';
      const start = performance.now();
      current = run(x, { executor });
      void watch(current.events, view);
      try {
        output.textContent = `x is ${await current}, after ${duration(performance.now() - start)}`;
      } catch (error) {
        output.textContent = error instanceof DOMException ? 'Stopped' : String(error);
      }
    },
    stop: () => current?.abort(),
  });
}

async function watch(events: AsyncIterable<JobEvent>, view: GraphView): Promise<void> {
  for await (const event of events) {
    switch (event.type) {
      case 'started':
        view.show(event.job, 'running', `runs on ${event.worker}`);
        break;
      case 'done':
        view.show(event.job, 'done', `done in ${duration(event.duration)}`);
        break;
      case 'failed':
        view.show(event.job, 'failed', 'failed');
        break;
      case 'aborted':
        view.show(event.job, 'waiting', 'stopped');
        break;
      default:
    }
  }
}
