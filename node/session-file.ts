/** Sessions in a file: named values and scheduled functions, to go on with in another process. (Seed 002, `dump_session`.) */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';

import { DeserializationError, SomenError } from '../core/errors.ts';
import { Keyer } from '../core/key.ts';
import type { Registry } from '../core/registry.ts';
import { contextOf } from '../core/stored-names.ts';
import { describe, type Task } from '../core/task.ts';
import type { CodeManifest } from './code-bundle.ts';
import {
  bundleOf,
  digestOf,
  importBundle,
  manifestBytes,
  notAccepted,
  readManifest,
  type AcceptOptions,
} from './code-store.ts';
import { NODE } from './platform.ts';

/** Options of {@link saveSessionWith}. */
export interface SaveSessionOptions {
  /** Knows the types of the values. @default `registry` */
  readonly registry?: Registry;
}

/** Options of {@link loadSessionWith}. */
export interface LoadSessionOptions extends AcceptOptions {
  /** Knows the types of the values. @default `registry` */
  readonly registry?: Registry;
}

/** The format of session files; changes when their meaning does. */
const FORMAT = 'somen/session/1';

/** What a session file holds, in the binary encoding. */
interface SessionFile {
  readonly format: typeof FORMAT;
  /** The code of the tasks that stand in the values, by module. */
  readonly code: readonly StoredBundle[];
  /** The values by their names, in the binary encoding: they are read when their tasks are there. */
  readonly values: Uint8Array;
}

interface StoredBundle {
  readonly manifest: Uint8Array;
  /** The tasks that stand in the values, with their versions. */
  readonly tasks: readonly (readonly [id: string, version: string])[];
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** See `saveSession`. */
export async function saveSessionWith(
  registry: Registry,
  file: string,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (typeof values !== 'object' || values === null)
    throw new TypeError(`Cannot save ${describe(values)} as a session: it must be an object, values by their names`);
  await registry.prepare(values);
  const code = bundlesOf(values, registry);
  const session: SessionFile = { format: FORMAT, code, values: registry.toBinaryFile(values) };
  await writeWhole(file, registry.toBinaryFile(session));
}

/** One bundle a module, whichever of its tasks is meant. */
function bundlesOf(values: unknown, registry: Registry): readonly StoredBundle[] {
  const keyer = new Keyer(NODE.hasher(), NODE, registry.serializers);
  const modules = new Map<string, [Task, ...Task[]]>();
  for (const task of keyer.piecesAndTasks(values, 'values').tasks ?? []) {
    if (task.builtIn !== undefined) continue;
    // Code that came along once is one bundle already; of a module, several may have come.
    const key = `${task.module} ${task.slice?.url}`;
    const others = modules.get(key);
    if (others === undefined) modules.set(key, [task]);
    else others.push(task);
  }
  return [...modules.values()].map((tasks) => {
    const { manifest, files } = bundleOf(tasks, keyer);
    const ids = tasks.map((task) => [keyer.taskId(task), keyer.version(task)] as const);
    return { manifest: manifestBytes(manifest), tasks: ids, files };
  });
}

/** A file that is cut short would be no session: it is written beside, and renamed. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new SomenError('ERR_FILE', `Cannot write the session ${file}: ${String(error)}`, { cause: error });
  }
}

/** See `loadSession`. */
export async function loadSessionWith(
  registry: Registry,
  file: string,
  { acceptCode = false }: LoadSessionOptions,
): Promise<Record<string, unknown>> {
  const { code, values } = readSession(registry.fromBinary(await readWhole(file)), file);
  for (const stored of code) {
    if (isHere(stored)) continue;
    const manifest = readManifest(stored.manifest);
    if (!acceptCode) throw notAccepted(`${Object.keys(manifest.tasks).join(', ')} of the session ${file}`);
    const bundle = { manifest, files: verified(manifest, stored.files, file) };
    await importBundle(bundle, digestOf(stored.manifest));
  }
  return registry.fromBinary(values) as Record<string, unknown>;
}

async function readWhole(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new SomenError('ERR_FILE', `Cannot read the session ${file}: ${String(error)}`, { cause: error });
  }
}

function readSession(value: unknown, file: string): SessionFile {
  const { format, code, values } = (value ?? {}) as Partial<SessionFile>;
  const isValid = Array.isArray(code) && code.every(isStoredBundle);
  if (format === FORMAT && isValid && values instanceof Uint8Array) return { format, code, values };
  throw new DeserializationError(`Cannot load ${file}: it is no session, or one of another version of somen`, '');
}

function isStoredBundle(value: unknown): value is StoredBundle {
  const { manifest, tasks, files } = (value ?? {}) as Partial<StoredBundle>;
  return manifest instanceof Uint8Array && files instanceof Map && Array.isArray(tasks) && tasks.every(Array.isArray);
}

/** Whether this process has the tasks of the values already, with the same code. */
function isHere({ tasks }: StoredBundle): boolean {
  const keyer = new Keyer(NODE.hasher(), NODE);
  const context = contextOf(keyer, true);
  return tasks.every(([id, version]) => {
    const task = context.taskById(id, version);
    return task !== undefined && keyer.version(task) === version;
  });
}

/** The files of the manifest, and no others: what else there is has no digest, and may have any name. */
function verified(
  manifest: CodeManifest,
  files: ReadonlyMap<string, Uint8Array>,
  file: string,
): ReadonlyMap<string, Uint8Array> {
  const names = Object.entries(manifest.files).map(([name, digest]) => {
    const bytes = files.get(name);
    if (!(bytes instanceof Uint8Array) || digestOf(bytes) !== digest)
      throw new DeserializationError(`Cannot load ${file}: the code in it is damaged (${name})`, `code.${name}`);
    return [name, bytes] as const;
  });
  return new Map(names);
}
