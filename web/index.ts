/** `somen/web`: all of `somen`, for browsers: Web Workers, a cache in IndexedDB. */
import { copyCacheWith, type CopyOptions, type CopyReport } from '../core/cache-copy.ts';
import { verifyCacheWith, type VerifyOptions, type VerifyReport } from '../core/cache-verify.ts';
import type { Cache } from '../core/cache.ts';
import { callSite } from '../core/call-site.ts';
import type { Bytes } from '../core/hasher.ts';
import { digestOn, encodeOn, keyOfOn } from '../core/identity.ts';
import { hdf5ArraysOn, type Hdf5Library, type Hdf5Options } from '../core/libraries/hdf5.ts';
import { mapStreamOn, type MapStreamOptions, type ResultStream, type StreamSource } from '../core/map-stream.ts';
import type { Computed } from '../core/promised.ts';
import type { TypedArray } from '../core/nd-array.ts';
import { createRegistryOn, Registry, type RegistryOptions } from '../core/registry.ts';
import type { Run } from '../core/run.ts';
import type { Serializer } from '../core/serializer.ts';
import { createRuntimeOn, runOn, type RunOptions, type Runtime, type RuntimeOptions } from '../core/runtime.ts';
import { BUILT_IN } from '../core/serializers.ts';
import { WEB } from './platform.ts';
import { WEB_REGISTRIES } from './registry-platform.ts';

export type {
  Amount,
  AnyClass,
  AnyFunction,
  ArgumentChange,
  ArqueroLibrary,
  ArrowLibrary,
  Awaitable,
  BinaryOptions,
  BinaryParts,
  Cache,
  CacheEntry,
  CacheMap,
  CacheStats,
  ChooseSerializer,
  Claim,
  CodeChange,
  CodeEntry,
  Collection,
  Computed,
  CopyOptions,
  CopyReport,
  DamagedEntry,
  DecodeLimits,
  DecodeOptions,
  DeserializeContext,
  Display,
  DisplayChoice,
  DisplaySource,
  DrawingOptions,
  ErrorView,
  EventBase,
  Executor,
  ExecutorListener,
  ExecutorSession,
  FailData,
  FailedArgument,
  FailedJob,
  FileHandleLike,
  FileMemo,
  FilePort,
  FollowedEntry,
  Functions,
  GarbageOptions,
  GarbageReport,
  GraphEdge,
  GraphNode,
  Hdf5Library,
  Hdf5Options,
  Hints,
  History,
  HistoryEntry,
  HttpCacheOptions,
  JobColumns,
  JobDatabase,
  JobCall,
  JobEntry,
  JobEvent,
  JobFilter,
  JobInput,
  JobOccurrence,
  JobOutcome,
  JobRequest,
  JobState,
  JobStatus,
  JobView,
  JsonOptions,
  Lifted,
  ListedRecord,
  Lock,
  LoggingOptions,
  LogLevel,
  LogLine,
  Machine,
  MapOptions,
  MapStreamOptions,
  Maybe,
  MemberContext,
  MemoryCacheOptions,
  MemoryHistoryOptions,
  MethodDecorator,
  Mirror,
  NdArray,
  NdArrayLibrary,
  OnnxLibrary,
  Operators,
  OrFail,
  Pack,
  PackOptions,
  PartView,
  Pipe,
  Promisable,
  PromisableArguments,
  Promised,
  PromisedBrand,
  RecordedJob,
  RecordedRun,
  RecordedSession,
  RegistryOptions,
  ReportDocument,
  ReportedPart,
  ReportedRun,
  ReportedTask,
  ReportTarget,
  ResultStream,
  RetryHints,
  RetryPolicy,
  RunBytes,
  RunEndEntry,
  RunEntry,
  RunFailure,
  RunOptions,
  RunReport,
  RunSnapshot,
  RunStatus,
  RunStore,
  RunStoreOptions,
  RunSummary,
  RunSurroundings,
  Runtime,
  RuntimeOptions,
  Scheduled,
  SelectExecutor,
  Serializer,
  Serializers,
  SessionEntry,
  SessionFilter,
  SessionStatus,
  ShownKey,
  ShownRecord,
  SomenErrorCode,
  StreamLike,
  StreamReader,
  StreamSource,
  StridedArray,
  SvgOptions,
  Task,
  TaskControl,
  TensorFlowLibrary,
  Trace,
  TracedJob,
  TraceDocument,
  TraceEvent,
  TraceOptions,
  TypedArray,
  Unpacked,
  VerifyOptions,
  VerifyReport,
  WasmAllocator,
  WasmArray,
  WasmBytes,
  WasmNumber,
  WasmOptions,
  WasmResponse,
  WasmSignature,
  WasmSignatures,
  WasmTasks,
  WasmType,
  Why,
  WhyReason,
  WorkflowGraph,
  WorkflowNode,
  WorkflowPart,
} from '../core/index.ts';
export {
  all,
  any,
  arqueroTables,
  arrowTables,
  cacheStats,
  checkEntry,
  clearCache,
  collectGarbage,
  conditional,
  construct,
  createRunStore,
  delay,
  DeserializationError,
  expr,
  Fail,
  failed,
  file,
  FileValue,
  filter,
  findFirst,
  fold,
  fromNpy,
  gather,
  gatherAll,
  gatherDict,
  httpCache,
  hybrid,
  inline,
  isPromised,
  jobDatabase,
  lift,
  liftAs,
  logging,
  listRecords,
  map,
  maybe,
  memoryCache,
  memoryHistory,
  ndArrays,
  onnxTensors,
  ops,
  pipe,
  quote,
  Quoted,
  ref,
  Reference,
  Registry,
  result,
  Run,
  schedule,
  SerializationError,
  serialize,
  SomenError,
  TaskError,
  TaskNotFoundError,
  tasks,
  tempDir,
  TaskTimeoutError,
  tensorFlowTensors,
  tiered,
  toDot,
  toGraph,
  toMermaid,
  toNpy,
  toSVG,
  unpack,
  unquote,
  unwrap,
  updateHints,
  wasmTasks,
  WorkerLoadError,
  WorkerLostError,
  workflowOf,
  zipWith,
} from '../core/index.ts';
export { indexedDbCache, type IndexedDbCacheOptions } from './indexeddb-cache.ts';
export { indexedDbHistory, type IndexedDbHistoryOptions } from './indexeddb-history.ts';
export { workers, type WorkersOptions } from './workers.ts';

/**
 * Computes a promised value, or an array or plain object that holds some, on Web Workers, one a core, unless
 * `options.executor` says otherwise.
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
  return mapStreamOn(WEB, fn, source, options);
}

/** A runtime for many runs, which share its executor and cache; see `createRuntime` of `somen`. */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  return createRuntimeOn(WEB, options);
}

/** What every registry begins with; see `registry` of `somen`. */
export const registry: Registry = /* @__PURE__ */ new Registry(WEB_REGISTRIES, BUILT_IN);

/** Makes a registry; see `createRegistry` of `somen`. */
export function createRegistry(options: RegistryOptions = {}): Registry {
  const site = callSite(createRegistry);
  const made = createRegistryOn(WEB_REGISTRIES, options, site);
  return made;
}

/** A serialiser that stores typed arrays in an HDF5 file; see `hdf5Arrays` of `somen`. */
export function hdf5Arrays(h5wasm: Hdf5Library, options: Hdf5Options): Promise<Serializer<TypedArray>> {
  return hdf5ArraysOn(WEB.hasher, h5wasm, options);
}

/** The key of a call; see `keyOf` of `somen`. */
export function keyOf(promised: unknown): string {
  return keyOfOn(WEB, promised);
}

/** The canonical encoding of a value; see `encode` of `somen`. */
export function encode(value: unknown): Bytes {
  return encodeOn(WEB, value);
}

/** The hex digest of a value; see `digest` of `somen`. */
export function digest(value: unknown): string {
  return digestOn(WEB, value);
}

/** Copies results from one cache to another; see `copyCache` of `somen`. */
export function copyCache(from: Cache, to: Cache, options: CopyOptions = {}): Promise<CopyReport> {
  return copyCacheWith(WEB.hasher(), from, to, options);
}

/** Looks whether all that stands in a cache is sound; see `verifyCache` of `somen`. */
export function verifyCache(cache: Cache, options: VerifyOptions = {}): Promise<VerifyReport> {
  return verifyCacheWith(WEB.hasher(), cache, options);
}
