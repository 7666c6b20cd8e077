/** The thread of hooks of a Node without `registerHooks`. */
import type { MessagePort } from 'node:worker_threads';
import { teller, type HooksData } from './slice-hooks.ts';
import { SliceLoader } from './slice-loader.ts';
import type { SliceState } from './slice-state.ts';

type Hook = (
  url: string,
  context: object,
  nextLoad: (url: string, context: object) => Promise<object>,
) => Promise<object>;

let loader: SliceLoader | undefined;
let told: { readonly port: MessagePort; readonly state: SliceState; entries: number; readonly sources: Set<string> };

/** Called by Node. */
export function initialize({ state, port, isQuiet }: HooksData): void {
  loader = new SliceLoader(state, teller(isQuiet));
  told = { port, state, entries: state.entries.length, sources: new Set(state.sources.keys()) };
  port.unref();
}

/** Called by Node for each module of the thread that registered. */
export const load: Hook = async (url, context, nextLoad) => {
  const module = loader?.load(url);
  if (module === undefined) return nextLoad(url, context);
  tellNews();
  return { ...module, shortCircuit: true };
};

/** Sent before the module is evaluated, so that the other thread finds it when a task asks for its slice. */
function tellNews(): void {
  const { port, state, sources } = told;
  const news: SliceState = {
    entries: state.entries.slice(told.entries),
    sources: new Map([...state.sources].filter(([path]) => !sources.has(path))),
  };
  told.entries = state.entries.length;
  for (const path of news.sources.keys()) sources.add(path);
  port.postMessage(news);
}
