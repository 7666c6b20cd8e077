/** `somen/node`: all of `somen`, for Node: worker threads, a cache on disk, a progress line on a terminal. */
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
import { NODE } from './platform.ts';
import { NODE_REGISTRIES } from './registry-platform.ts';
import type { ProfileChoice } from './profile.ts';
import { withoutChoice } from './profiles.ts';
import { loadSessionWith, saveSessionWith, type LoadSessionOptions, type SaveSessionOptions } from './session-file.ts';

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
export { receiveTask, shipTask, type AcceptOptions, type ShippedTask } from './code-store.ts';
export type { LoadSessionOptions, SaveSessionOptions } from './session-file.ts';
export { fileLock, type FileLockOptions } from './file-lock.ts';
export { fileCache, type FileCacheOptions } from './file-cache.ts';
export { fileHistory, type FileHistoryOptions } from './file-history.ts';
export { staticFolder } from './folder-cache.ts';
export { openCache } from './open-cache.ts';
export { pilots, type PilotsOptions } from './pilots.ts';
export { fancyDisplay, type FancyDisplayOptions } from './displays/fancy-display.ts';
export { plainDisplay, type PlainDisplayOptions } from './displays/plain-display.ts';
export type { TerminalDisplayOptions } from './displays/options.ts';
export type { ScreenStream } from './displays/screen.ts';
export type { TextStream } from './displays/text.ts';
export { command, type CommandOptions } from './pilots/command-launcher.ts';
export { ssh, type SshOptions } from './pilots/ssh-launcher.ts';
export { slurm, type SlurmOptions } from './pilots/slurm-launcher.ts';
export { pbs, torque, type PbsOptions } from './pilots/pbs-launcher.ts';
export { gridEngine, type GridEngineOptions } from './pilots/grid-engine-launcher.ts';
export type { CertificateOptions, ListenOptions } from './pilots/pilot-listener.ts';
export type { BatchOptions } from './pilots/batch-script.ts';
export type { Launcher, PilotCommand, PilotState, SubmittedPilot } from './pilots/launcher.ts';
export type { PilotStream } from './pilot/stream-connection.ts';
export { processes, type ProcessesOptions } from './processes.ts';
export type { ExecutorData } from './profile-executors.ts';
export {
  defineConfig,
  type MakeProfileExecutor,
  type Profile,
  type ProfileChoice,
  type ProfileConfig,
} from './profile.ts';
export { workers, type WorkersOptions } from './workers.ts';

/**
 * Computes a promised value, or an array or plain object that holds some, on worker threads, one a core, unless
 * `options.executor` says otherwise. A script that is done ends, whatever workers are left.
 *
 * @example
 * const add = schedule(function add(a: number, b: number) { return a + b; });
 * await run(add(add(1, 2), 3)); // 6
 *
 * With `options.on`, what a profile of `somen.config.ts` says holds where the options say nothing; see `defineConfig`.
 *
 * @throws (rejects) the error of the job that failed, or the reason of an abort
 */
export function run<T>(value: T, options: RuntimeOptions & RunOptions & ProfileChoice = {}): Run<Computed<T>> {
  const { others, later } = withoutChoice(options);
  return runOn(NODE, value, others, later);
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
  options: MapStreamOptions & ProfileChoice = {},
): ResultStream<Computed<R>> {
  const { others, later } = withoutChoice(options);
  return mapStreamOn(NODE, fn, source, others, later);
}

/** A runtime for many runs, which share its executor and cache; see `createRuntime` of `somen`, and `run` for `on`. */
export function createRuntime(options: RuntimeOptions & ProfileChoice = {}): Runtime {
  const { others, later } = withoutChoice(options);
  return createRuntimeOn(NODE, others, later);
}

/** What every registry begins with; see `registry` of `somen`. */
export const registry: Registry = /* @__PURE__ */ new Registry(NODE_REGISTRIES, BUILT_IN);

/** Makes a registry; see `createRegistry` of `somen`. */
export function createRegistry(options: RegistryOptions = {}): Registry {
  const site = callSite(createRegistry);
  const made = createRegistryOn(NODE_REGISTRIES, options, site);
  return made;
}

/**
 * Saves values by their names in a file, scheduled functions with their code: `loadSession` brings them back in another
 * process, which need not have the project. What is shared among the values stays so.
 *
 * @example
 * await saveSession('monday.somen', { xs, model, simulate });
 *
 * @throws SerializationError where a value is of no known type, with its path: `values.callback`
 * @throws SomenError with the code `ERR_CODE` where the code of a function cannot be followed, with the places, and
 * `ERR_FILE` where the file cannot be written
 */
export function saveSession(
  file: string,
  values: Readonly<Record<string, unknown>>,
  options: SaveSessionOptions = {},
): Promise<void> {
  return saveSessionWith(options.registry ?? registry, file, values);
}

/**
 * The values that `saveSession` saved. Code in the file runs only where it is accepted; functions that this process has
 * scheduled itself, with the same code, need none.
 *
 * @example
 * const { xs, simulate } = await loadSession('monday.somen', { acceptCode: true });
 *
 * @throws SomenError with the code `ERR_CODE` where code is needed and not accepted, or needs a package that is not
 * installed here, and `ERR_FILE` where the file cannot be read
 * @throws DeserializationError where it is damaged, or no session
 */
export function loadSession<T extends Record<string, unknown> = Record<string, unknown>>(
  file: string,
  options: LoadSessionOptions = {},
): Promise<T> {
  return loadSessionWith(options.registry ?? registry, file, options) as Promise<T>;
}

/** A serialiser that stores typed arrays in an HDF5 file; see `hdf5Arrays` of `somen`. */
export function hdf5Arrays(h5wasm: Hdf5Library, options: Hdf5Options): Promise<Serializer<TypedArray>> {
  return hdf5ArraysOn(NODE.hasher, h5wasm, options);
}

/** The key of a call; see `keyOf` of `somen`. */
export function keyOf(promised: unknown): string {
  return keyOfOn(NODE, promised);
}

/** The canonical encoding of a value; see `encode` of `somen`. */
export function encode(value: unknown): Bytes {
  return encodeOn(NODE, value);
}

/** The hex digest of a value; see `digest` of `somen`. */
export function digest(value: unknown): string {
  return digestOn(NODE, value);
}

/** Copies results from one cache to another; see `copyCache` of `somen`. */
export function copyCache(from: Cache, to: Cache, options: CopyOptions = {}): Promise<CopyReport> {
  return copyCacheWith(NODE.hasher(), from, to, options);
}

/** Looks whether all that stands in a cache is sound; see `verifyCache` of `somen`. */
export function verifyCache(cache: Cache, options: VerifyOptions = {}): Promise<VerifyReport> {
  return verifyCacheWith(NODE.hasher(), cache, options);
}
