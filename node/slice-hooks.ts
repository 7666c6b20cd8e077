/** Puts the loading of slices in force in a thread: in the thread itself where Node can, else in a thread of hooks. */
import * as nodeModule from 'node:module';
import {
  isMainThread,
  MessageChannel,
  receiveMessageOnPort,
  setEnvironmentData,
  type MessagePort,
} from 'node:worker_threads';
import { writeSync } from 'node:fs';
import { SLICE_URL, SliceLoader, sliceUrl } from './slice-loader.ts';
import { inheritedState, SLICE_STATE, type SliceState } from './slice-state.ts';

/** What a `load` hook is given and returns; `@types/node` of the oldest Node that counts does not know it. */
type LoadHook = (url: string, context: object, nextLoad: (url: string, context: object) => object) => object;

type RegisterHooks = (hooks: { readonly load: LoadHook }) => unknown;

/** What the thread of hooks is given. */
export interface HooksData {
  readonly state: SliceState;
  readonly port: MessagePort;
  readonly isQuiet: boolean;
}

/**
 * From here on, modules with tasks carry marks, and workers of this thread import slices. Once a thread.
 * (`registerHooks` from Node 22.15 and 23.5 on, `register` before.)
 */
export function installSliceHooks(): void {
  const scope = globalThis as { [key: symbol]: unknown };
  const key = Symbol.for(SLICE_URL);
  if (scope[key] !== undefined) return;
  const state = inheritedState() ?? { entries: [], sources: new Map() };
  // Worker threads get a copy of what it is when they begin.
  setEnvironmentData(SLICE_STATE, state);
  const { registerHooks } = nodeModule as { readonly registerHooks?: RegisterHooks };
  const update = registerHooks === undefined ? inHooksThread(state) : inThread(registerHooks, state);
  scope[key] = (url: string) => {
    update();
    return sliceUrl(url);
  };
}

function inThread(registerHooks: RegisterHooks, state: SliceState): () => void {
  const loader = new SliceLoader(state, teller(!isMainThread));
  registerHooks({
    load: (url, context, nextLoad) => {
      const module = loader.load(url);
      return module === undefined ? nextLoad(url, context) : { ...module, shortCircuit: true };
    },
  });
  return () => undefined;
}

/** What that thread has learned is here before the modules that it has loaded are evaluated. */
function inHooksThread(state: SliceState): () => void {
  const { port1, port2 } = new MessageChannel();
  const data: HooksData = { state, port: port2, isQuiet: !isMainThread };
  nodeModule.register('./slice-hooks-thread.js', import.meta.url, { data, transferList: [port2] });
  port1.unref();
  return () => {
    for (let next = receiveMessageOnPort(port1); next !== undefined; next = receiveMessageOnPort(port1)) {
      const { entries, sources } = next.message as SliceState;
      for (const entry of entries) if (!state.entries.includes(entry)) state.entries.push(entry);
      for (const [path, source] of sources) state.sources.set(path, source);
    }
  };
}

/** Writes each message once, from any thread at once. Workers are quiet: the main thread has said it. */
export function teller(isQuiet: boolean): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (isQuiet || told.has(message)) return;
    told.add(message);
    writeSync(2, `somen: ${message}\n`);
  };
}
