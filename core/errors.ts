/** What went wrong, for programs: stable from version to version. */
export type SomenErrorCode =
  | 'ERR_SERIALIZATION'
  | 'ERR_DESERIALIZATION'
  | 'ERR_TASK_NOT_FOUND'
  | 'ERR_TASK_THREW'
  | 'ERR_TIMEOUT'
  | 'ERR_NO_RESULT'
  | 'ERR_WORKER_LOST'
  | 'ERR_WORKER_LOAD'
  | 'ERR_CACHE'
  | 'ERR_FILE'
  | 'ERR_HISTORY'
  | 'ERR_CODE'
  | 'ERR_QUEUE'
  | 'ERR_PROFILE'
  | 'ERR_UNKNOWN_KEY'
  | 'ERR_AMBIGUOUS_KEY'
  | 'ERR_CLOSED';

/** A failure that a caller may want to catch. `code` is stable, `message` is for people, `cause` is the original. */
export class SomenError extends Error {
  /** What went wrong, for programs. */
  readonly code: SomenErrorCode;
  /** The class's name, written out here and in subclasses, since minifiers rename classes. */
  override readonly name: string = 'SomenError';

  constructor(code: SomenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A value that cannot be written down. `path` leads to it: `args[1].callback`. */
export class SerializationError extends SomenError {
  override readonly name: string = 'SerializationError';
  /** Where in the value the trouble is, from its root. */
  readonly path: string;

  constructor(message: string, path: string, options?: ErrorOptions, code: SomenErrorCode = 'ERR_SERIALIZATION') {
    super(code, message, options);
    this.path = path;
  }
}

/** Data that is no value: damaged, forged, of a type or a class that nobody registered here, or beyond the limits. */
export class DeserializationError extends SerializationError {
  override readonly name: string = 'DeserializationError';

  constructor(message: string, path: string, options?: ErrorOptions) {
    super(message, path, options, 'ERR_DESERIALIZATION');
  }
}

/** The value holds a content that has to be read first: a `Blob`, a `File`. */
export class ContentNotRead extends SerializationError {}

/** A worker (or this thread) was asked for a task that no module has scheduled there. */
export class TaskNotFoundError extends SomenError {
  override readonly name: string = 'TaskNotFoundError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_TASK_NOT_FOUND', message, options);
  }
}

/** A worker died (exit, out of memory, terminated from outside) while it ran a job, more often than jobs are tried again. */
export class WorkerLostError extends SomenError {
  override readonly name: string = 'WorkerLostError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_WORKER_LOST', message, options);
  }
}

/** A worker could not be started: its file does not load, or it does not answer. */
export class WorkerLoadError extends SomenError {
  override readonly name: string = 'WorkerLoadError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_WORKER_LOAD', message, options);
  }
}

/** A try of a job took longer than its task's `timeout`. */
export class TaskTimeoutError extends SomenError {
  override readonly name: string = 'TaskTimeoutError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_TIMEOUT', message, options);
  }
}

/** Stands for something thrown by a task that is not an object, and so cannot say itself which job threw it. */
export class TaskError extends SomenError {
  override readonly name: string = 'TaskError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_TASK_THREW', message, options);
  }
}

/** The job in which an error arose. Added to the error as its `job` property when the run is rejected. */
export interface FailedJob {
  /** The task's name. */
  readonly task: string;
  /** The module whose call of `schedule` made the task, with line and column where the engine tells. */
  readonly scheduledAt: string | undefined;
  /** The key of the call, where the run has a cache. */
  readonly key: string | undefined;
  /** The arguments, shortened for reading. */
  readonly arguments: string;
  /** How often the job was tried. */
  readonly attempts: number;
}
