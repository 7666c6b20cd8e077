/** `somen/web`: all of `somen`, for browsers: Web Workers, a cache in IndexedDB. */
import { digestOn, encodeOn, keyOfOn } from '../core/identity.ts';
import type { Computed } from '../core/promised.ts';
import type { Run } from '../core/run.ts';
import { createRuntimeOn, runOn, type RunOptions, type Runtime, type RuntimeOptions } from '../core/runtime.ts';
import { WEB } from './platform.ts';

export { checkEntry, type Awaitable, type Cache, type CacheMap } from '../core/cache.ts';
export type { Display } from '../core/display.ts';
export type { EventBase, JobEvent, JobOccurrence, LogLevel, RunSummary } from '../core/events.ts';
export type { Executor, ExecutorListener, ExecutorSession, JobRequest } from '../core/executor.ts';
export type { GraphEdge, GraphNode, WorkflowGraph } from '../core/graph.ts';
export type { Computed, Mirror, Promisable, PromisableArguments, Promised, PromisedBrand } from '../core/promised.ts';
export type { RunOptions, Runtime, RuntimeOptions } from '../core/runtime.ts';
export type { Functions, Scheduled } from '../core/schedule.ts';
export type { AnyFunction, Hints, Task } from '../core/task.ts';
export type { WorkflowNode } from '../core/workflow.ts';
export { SerializationError, SomenError, TaskError, TaskNotFoundError, WorkerLoadError, WorkerLostError, type FailedJob, type SomenErrorCode } from '../core/errors.ts';
export { delay, gather, gatherAll, gatherDict } from '../core/gather.ts';
export { toGraph } from '../core/graph.ts';
export { inline } from '../core/inline.ts';
export { memoryCache, type MemoryCacheOptions } from '../core/memory-cache.ts';
export { Run } from '../core/run.ts';
export { schedule, tasks } from '../core/schedule.ts';
export { isPromised } from '../core/workflow.ts';
export { indexedDbCache } from './indexeddb-cache.ts';
export { workers, type WorkersOptions } from './workers.ts';

/**
 * Computes a promised value, or an array or plain object that holds some, on workers, one a core,
 * unless `options.executor` says otherwise.
 *
 * @example
 * const add = schedule(function add(a: number, b: number) { return a + b; });
 * await run(add(add(1, 2), 3)); // 6
 *
 * @throws (rejects) the error of the job that failed, or the reason of an abort
 */
export function run<T>(value: T, options: RuntimeOptions & RunOptions = {}): Run<Computed<T>> {
  return runOn(WEB, value, options);
}

/**
 * A runtime for many runs, which share its executor and cache.
 *
 * @example
 * await using runtime = createRuntime({ cache: memoryCache() });
 * await runtime.run(add(1, 2)); // 3
 */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  return createRuntimeOn(WEB, options);
}

/**
 * The key of a call: 64 hex characters. For a call whose arguments are all plain, the key under which its result is
 * stored; where arguments are promised, their keys stand in place of their values.
 *
 * @throws TypeError for anything but a promised value
 * @throws SerializationError where an argument has no encoding
 */
export function keyOf(promised: unknown): string {
  return keyOfOn(WEB, promised);
}

/**
 * The canonical encoding of a value (deterministic CBOR, see `core/README.md`): what keys and digests are made of.
 *
 * @example
 * encode([1, 'a']); // Uint8Array [0x82, 0x01, 0x61, 0x61]
 *
 * @throws SerializationError where a part of the value has no encoding
 */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return encodeOn(WEB, value);
}

/**
 * The hex SHA-256 of a value's canonical encoding; above 4 MiB, of the digests of its 4 MiB chunks.
 *
 * @throws SerializationError where a part of the value has no encoding
 */
export function digest(value: unknown): string {
  return digestOn(WEB, value);
}
