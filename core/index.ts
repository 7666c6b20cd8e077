/**
 * `somen`: the workflow language, keys, and a runtime on the calling thread. `somen/node` and `somen/web` export the
 * same names, and workers, progress displays and lasting caches with them.
 */
import { copyCacheWith, type CopyOptions, type CopyReport } from './cache-copy.ts';
import { verifyCacheWith, type VerifyOptions, type VerifyReport } from './cache-verify.ts';
import type { Cache } from './cache.ts';
import { callSite } from './call-site.ts';
import type { Bytes } from './hasher.ts';
import { digestOn, encodeOn, keyOfOn } from './identity.ts';
import { hdf5ArraysOn, type Hdf5Library, type Hdf5Options } from './libraries/hdf5.ts';
import { PORTABLE } from './platform.ts';
import { mapStreamOn, type MapStreamOptions, type ResultStream, type StreamSource } from './map-stream.ts';
import type { Computed } from './promised.ts';
import type { TypedArray } from './nd-array.ts';
import { createRegistryOn, Registry, type RegistryOptions, type RegistryPlatform } from './registry.ts';
import type { Run } from './run.ts';
import type { Serializer } from './serializer.ts';
import { BUILT_IN } from './serializers.ts';
import { createRuntimeOn, runOn, type RunOptions, type Runtime, type RuntimeOptions } from './runtime.ts';

export type { BinaryParts } from './binary.ts';
export { clearCache, type CopyOptions, type CopyReport } from './cache-copy.ts';
export { collectGarbage, type GarbageOptions, type GarbageReport } from './cache-garbage.ts';
export { cacheStats, listRecords, type Amount, type CacheStats, type ListedRecord } from './cache-stats.ts';
export type { DamagedEntry, VerifyOptions, VerifyReport } from './cache-verify.ts';
export { checkEntry, type Awaitable, type Cache, type CacheEntry, type CacheMap, type Claim } from './cache.ts';
export type { Display, JobCall, JobOutcome, RunFailure, WorkflowPart } from './display.ts';
export type { DisplayChoice, DisplaySource } from './displays.ts';
export type { ErrorView } from './error-view.ts';
export type { JobInput, JobState, JobView, PartView } from './job-views.ts';
export type { LogLine } from './log-line.ts';
export type { EventBase, JobEvent, JobOccurrence, LogLevel, RunSummary } from './events.ts';
export type { Executor, ExecutorListener, ExecutorSession, JobRequest } from './executor.ts';
export type { GraphEdge, GraphNode, WorkflowGraph } from './graph.ts';
export type { Computed, Mirror, Promisable, PromisableArguments, Promised, PromisedBrand } from './promised.ts';
export type { RunOptions, Runtime, RuntimeOptions } from './runtime.ts';
export type { Functions, MethodDecorator } from './schedule.ts';
export type { Scheduled } from './scheduled.ts';
export type { MemberContext } from './methods.ts';
export type { AnyFunction, Task } from './task.ts';
export type { Hints, RetryHints, RetryPolicy, TaskControl } from './hints.ts';
export type { WorkflowNode } from './workflow.ts';
export {
  DeserializationError,
  SerializationError,
  SomenError,
  TaskError,
  TaskNotFoundError,
  TaskTimeoutError,
  WorkerLoadError,
  WorkerLostError,
  type FailedJob,
  type SomenErrorCode,
} from './errors.ts';
export { pipe, ref, unpack, updateHints, type Pipe, type Unpacked } from './calls.ts';
export { all, any, filter, fold, map, zipWith, type Collection, type MapOptions } from './collections.ts';
export { construct, serialize } from './classes.ts';
export type { DecodeLimits } from './decode-limits.ts';
export { conditional } from './control.ts';
export { toDot } from './drawing/dot.ts';
export { toMermaid } from './drawing/mermaid.ts';
export { toSVG, type DrawingOptions, type SvgOptions } from './drawing/svg.ts';
export { Fail, failed, type FailData, type FailedArgument } from './fail.ts';
export { findFirst } from './find-first.ts';
export { arqueroTables, arrowTables, type ArqueroLibrary, type ArrowLibrary } from './libraries/arrow.ts';
export {
  ndArrays,
  onnxTensors,
  tensorFlowTensors,
  type NdArrayLibrary,
  type OnnxLibrary,
  type TensorFlowLibrary,
} from './libraries/arrays.ts';
export type { Hdf5Library, Hdf5Options, Lock } from './libraries/hdf5.ts';
export { lift, liftAs, type Lifted } from './lift.ts';
export { logging, type LoggingOptions } from './logging-display.ts';
export { maybe, type Maybe, type OrFail } from './maybe.ts';
export type { NdArray, StridedArray, TypedArray } from './nd-array.ts';
export { fromNpy, toNpy } from './npy.ts';
export { expr, ops, type Operators } from './ops.ts';
export { quote, Quoted, unquote } from './quote.ts';
export { delay, gather, gatherAll, gatherDict } from './gather.ts';
export { toGraph } from './graph.ts';
export type { CodeChange } from './history-code.ts';
export type {
  CodeEntry,
  FollowedEntry,
  History,
  HistoryEntry,
  JobEntry,
  JobStatus,
  RunEndEntry,
  RunEntry,
  SessionEntry,
} from './history.ts';
export type { JobFilter } from './history-jobs.ts';
export type { RecordedRun, RecordedSession, SessionFilter, SessionStatus } from './history-sessions.ts';
export type { ShownKey, ShownRecord } from './history-show.ts';
export type { Trace, TracedJob, TraceOptions } from './history-trace.ts';
export type { ArgumentChange, Why, WhyReason } from './history-why.ts';
export { file, tempDir, type FileHandleLike, type FileMemo, type FilePort } from './files.ts';
export { FileValue } from './file-value.ts';
export { httpCache, type HttpCacheOptions } from './http-cache.ts';
export { hybrid, type SelectExecutor } from './hybrid.ts';
export { inline } from './inline.ts';
export { jobDatabase, type JobDatabase } from './job-database.ts';
export { memoryCache, type MemoryCacheOptions } from './memory-cache.ts';
export { memoryHistory, type MemoryHistoryOptions } from './memory-history.ts';
export type { RecordedJob } from './recorded-job.ts';
export { Reference } from './reference.ts';
export {
  Registry,
  type BinaryOptions,
  type DecodeOptions,
  type JsonOptions,
  type RegistryOptions,
} from './registry.ts';
export { result } from './result.ts';
export type { MapStreamOptions, ResultStream, StreamLike, StreamReader, StreamSource } from './map-stream.ts';
export { Run } from './run.ts';
export type {
  JobColumns,
  Machine,
  ReportDocument,
  ReportedPart,
  ReportedRun,
  ReportedTask,
  RunBytes,
  RunSurroundings,
} from './report/report-data.ts';
export type { ReportTarget, RunReport } from './report/run-report.ts';
export type { TraceDocument, TraceEvent } from './report/trace-events.ts';
export { createRunStore, type RunSnapshot, type RunStatus, type RunStore, type RunStoreOptions } from './run-store.ts';
export { schedule, tasks, unwrap } from './schedule.ts';
export type { AnyClass, DeserializeContext, Pack, PackOptions, Serializer } from './serializer.ts';
export type { ChooseSerializer, Serializers } from './serializers.ts';
export { tiered } from './tiered-cache.ts';
export { isPromised, workflowOf } from './workflow.ts';
export type { WasmAllocator, WasmArray, WasmNumber, WasmSignature, WasmType } from './wasm-call.ts';
export {
  wasmTasks,
  type WasmBytes,
  type WasmOptions,
  type WasmResponse,
  type WasmSignatures,
  type WasmTasks,
} from './wasm-tasks.ts';

/**
 * Computes a promised value, or an array or plain object that holds some, on the calling thread unless
 * `options.executor` says otherwise.
 *
 * @example
 * const add = schedule(function add(a: number, b: number) { return a + b; });
 * await run(add(add(1, 2), 3)); // 6
 *
 * @throws (rejects) the error of the job that failed, or the reason of an abort
 */
export function run<T>(value: T, options: RuntimeOptions & RunOptions = {}): Run<Computed<T>> {
  return runOn(PORTABLE, value, options);
}

/**
 * Maps an iterable, an async iterable or a `ReadableStream`, however long: a bounded number of jobs is under way, results
 * come as an async iterable, and what was taken is freed. Each item is a call with a key of its own. An error, of a
 * task or of the source, is thrown at the point of iteration, and ends all; so does a `break`.
 *
 * @example
 * for await (const size of mapStream(wordCount, lines, { concurrency: 8, cache })) total += size;
 *
 * @throws RangeError where `concurrency` or `chunk` is not a whole number from 1
 * @throws TypeError where the source cannot be iterated
 */
export function mapStream<T, R>(
  fn: (value: T) => R,
  source: StreamSource<T>,
  options: MapStreamOptions = {},
): ResultStream<Computed<R>> {
  return mapStreamOn(PORTABLE, fn, source, options);
}

/**
 * A runtime for many runs, which share its executor and cache.
 *
 * @example
 * await using runtime = createRuntime({ cache: memoryCache() });
 * await runtime.run(add(1, 2)); // 3
 */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  return createRuntimeOn(PORTABLE, options);
}

/**
 * The key of a call: 64 hex characters. For a call whose arguments are all plain, the key under which its result is
 * stored; where arguments are promised, their keys stand in place of their values. Tasks without a name of their own
 * are named after their module, which only `somen/node` and `somen/web` know how to call: take `keyOf` from where
 * you take `run`.
 *
 * @throws TypeError for anything but a promised value
 * @throws SerializationError where an argument has no encoding
 */
export function keyOf(promised: unknown): string {
  return keyOfOn(PORTABLE, promised);
}

const PORTABLE_REGISTRIES: RegistryPlatform = { ...PORTABLE, compressor: () => undefined };

/** What every registry begins with: JSON's values, what structured clone knows, `URL`, tasks, and classes with `@schedule`. */
export const registry: Registry = /* @__PURE__ */ new Registry(PORTABLE_REGISTRIES, BUILT_IN);

/**
 * Makes a registry, for `run(..., { registry })`, or to write and read values oneself. Workers import the module that made
 * it, so it is made at the top level of a module.
 *
 * @example
 * export const registry = createRegistry({ classes: { Star, Planet } });
 * await run(workflow, { registry });
 *
 * @throws TypeError where a serialiser lacks a part, or has a name of the encoding's own
 */
export function createRegistry(options: RegistryOptions = {}): Registry {
  const site = callSite(createRegistry);
  const made = createRegistryOn(PORTABLE_REGISTRIES, options, site);
  return made;
}

/**
 * A serialiser that stores typed arrays in an HDF5 file, each once, under the SHA-256 of its type, shape and elements. What
 * stands for an array is a reference, which is rebuilt where a task needs it. Files of Noodles' `SerArray` can be read.
 *
 * @param h5wasm the library: `import * as h5wasm from 'h5wasm/node'`
 * @example
 * export const registry = createRegistry({ serializers: [await hdf5Arrays(h5wasm, { file: 'arrays.h5' })] });
 *
 * @throws (from the serialiser) TypeError where the file does not have the array, or HDF5 no such type
 */
export function hdf5Arrays(h5wasm: Hdf5Library, options: Hdf5Options): Promise<Serializer<TypedArray>> {
  return hdf5ArraysOn(PORTABLE.hasher, h5wasm, options);
}

/**
 * The canonical encoding of a value (deterministic CBOR, see `core/README.md`): what keys and digests are made of.
 *
 * @example
 * encode([1, 'a']); // Uint8Array [0x82, 0x01, 0x61, 0x61]
 *
 * @throws SerializationError where a part of the value has no encoding
 */
export function encode(value: unknown): Bytes {
  return encodeOn(PORTABLE, value);
}

/**
 * The hex SHA-256 of a value's canonical encoding; above 4 MiB, of the digests of its 4 MiB chunks.
 *
 * @throws SerializationError where a part of the value has no encoding
 */
export function digest(value: unknown): string {
  return digestOn(PORTABLE, value);
}

/**
 * Copies results from one cache to another: contents first, each verified before it is written. What is damaged or
 * incomplete is left out.
 *
 * @throws TypeError where `keys` are not given and `from` does not list its entries
 * @example
 * ```ts
 * await copyCache(fileCache('.somen'), staticFolder('public/results'), { keys: [keyOf(add(1, 2))] });
 * ```
 */
export function copyCache(from: Cache, to: Cache, options: CopyOptions = {}): Promise<CopyReport> {
  return copyCacheWith(PORTABLE.hasher(), from, to, options);
}

/**
 * Looks whether every record of a cache opens, and every content matches its digest and has the length that records name.
 *
 * @throws TypeError where the cache does not list its entries
 * @example
 * ```ts
 * const { damaged } = await verifyCache(cache, { remove: true });
 * ```
 */
export function verifyCache(cache: Cache, options: VerifyOptions = {}): Promise<VerifyReport> {
  return verifyCacheWith(PORTABLE.hasher(), cache, options);
}
