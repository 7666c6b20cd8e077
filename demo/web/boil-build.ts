/** Builds the files of the chapter 'Boil'. Loaded when something is built for the first time. */
import wasmUrl from 'esbuild-wasm/esbuild.wasm?url';
import { clearCache, indexedDbCache, run, workers, type Executor } from 'somen/web';
import type { CompilerMessage, Files } from './boil-compiler.ts';
import type { BuildOutput } from './boil-output.ts';
import { makeTarget } from './boil-tasks.ts';

/** What a build needs to know. */
export interface BuildOptions {
  readonly files: Files;
  /** How many compilers there are at most. */
  readonly jobs: number;
  readonly output: BuildOutput;
  readonly signal: AbortSignal;
  /** The compiler comes over the network: so many bytes are here, of as many as are known to come. */
  readonly onLoad: (loaded: number, total: number | undefined) => void;
}

const cache = indexedDbCache('somen-tutorial/boil', { history: false });
/** A compiler takes a while to start, so they stay a bit longer than other workers. */
const IDLE_TIMEOUT = 60_000;

/** Those of the last build, and how many they are. */
let compilers: { readonly jobs: number; readonly executor: Executor } | undefined;
let compiler: Promise<WebAssembly.Module> | undefined;
let tellLoaded: BuildOptions['onLoad'] = () => undefined;

/**
 * Builds what is out of date. The files of one that fails do not keep the others from being compiled.
 *
 * @returns the program, as a script
 * @throws (rejects) where a file could not be compiled or linked; the output has told which, and why
 */
export async function build({ files, jobs, output, signal, onLoad }: BuildOptions): Promise<string> {
  tellLoaded = onLoad;
  return run(makeTarget('hello', 'main.ts', files), {
    executor: executorOf(jobs),
    cache,
    display: output,
    // Each file is looked for, also those that an up-to-date program does not need.
    lookup: 'leaf-first',
    onError: 'continue',
    signal,
  });
}

/** Forgets what was compiled. */
export async function clean(): Promise<void> {
  await clearCache(cache);
}

function executorOf(jobs: number): Executor {
  if (compilers?.jobs === jobs) return compilers.executor;
  void compilers?.executor.close();
  compilers = { jobs, executor: workers({ size: jobs, create: startWorker, idleTimeout: IDLE_TIMEOUT }) };
  return compilers.executor;
}

/** A worker is started when there is something to compile for it: until then, the compiler is not loaded. */
function startWorker(name: string): Worker {
  const worker = new Worker(new URL('./boil-worker.ts', import.meta.url), { type: 'module', name });
  (compiler ??= loadCompiler()).then(
    (module) => worker.postMessage({ compiler: module } satisfies CompilerMessage),
    (error: unknown) => {
      // The next build tries again, with other workers.
      compiler = undefined;
      compilers = undefined;
      worker.postMessage({ failure: `Cannot load the compiler: ${String(error)}` } satisfies CompilerMessage);
    },
  );
  return worker;
}

/** Loads it once, for all workers. */
async function loadCompiler(): Promise<WebAssembly.Module> {
  const response = await fetch(wasmUrl);
  if (!response.ok || response.body === null) throw new Error(`the server answers ${response.status}`);
  const isCompressed = response.headers.has('content-encoding');
  const length = Number(response.headers.get('content-length'));
  const total = isCompressed || !(length > 0) ? undefined : length;
  let loaded = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      loaded += chunk.length;
      tellLoaded(loaded, total);
      controller.enqueue(chunk);
    },
  });
  return WebAssembly.compile(await new Response(response.body.pipeThrough(counter)).arrayBuffer());
}
