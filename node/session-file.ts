/** Sessions in a file: named values and scheduled functions, to go on with in another process. (Seed 002, `dump_session`.) */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';

import { DeserializationError, SomenError } from '../core/errors.ts';
import { Keyer } from '../core/key.ts';
import { realm } from '../core/realm.ts';
import type { Registry } from '../core/registry.ts';
import { describe } from '../core/task.ts';
import { cutBundle, nameInModule, type CodeBundle, type CodeManifest } from './code-bundle.ts';
import { digestOf, importBundle, manifestBytes, notAccepted, readManifest, type AcceptOptions } from './code-store.ts';
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
  const code = bundlesOf(values, registry).map(({ manifest, files }) => ({
    manifest: manifestBytes(manifest),
    files,
  }));
  const session: SessionFile = { format: FORMAT, code, values: registry.toBinaryFile(values) };
  await writeWhole(file, registry.toBinaryFile(session));
}

/** One bundle a module, whichever of its tasks is meant. */
function bundlesOf(values: unknown, registry: Registry): readonly CodeBundle[] {
  const keyer = new Keyer(NODE.hasher(), NODE, registry.serializers);
  const bundles = new Map<string | undefined, CodeBundle>();
  for (const task of keyer.piecesAndTasks(values, 'values').tasks ?? []) {
    if (task.builtIn !== undefined) continue;
    const known = bundles.get(task.module)?.manifest.tasks[nameInModule(task, keyer.tasks)];
    if (known === undefined) bundles.set(task.module, cutBundle(task, keyer));
  }
  return [...bundles.values()];
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
    const manifest = readManifest(stored.manifest);
    if (isHere(manifest)) continue;
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
  if (format === FORMAT && Array.isArray(code) && values instanceof Uint8Array) return { format, code, values };
  throw new DeserializationError(`Cannot load ${file}: it is no session, or one of another version of somen`, '');
}

/** Whether this process has the tasks already, with the same code. */
function isHere({ module, tasks }: CodeManifest): boolean {
  const { tasks: identities } = new Keyer(NODE.hasher(), NODE);
  const here = new Map([...realm().tasks.values()].map((task) => [identities.id(task), task] as const));
  return Object.entries(tasks).every(([name, version]) => {
    const task = here.get(`${module}#${name}`) ?? here.get(name);
    return task !== undefined && identities.version(task) === version;
  });
}

function verified(
  manifest: CodeManifest,
  files: ReadonlyMap<string, Uint8Array>,
  file: string,
): ReadonlyMap<string, Uint8Array> {
  for (const [name, digest] of Object.entries(manifest.files)) {
    const bytes = files.get(name);
    if (bytes === undefined || digestOf(bytes) !== digest)
      throw new DeserializationError(`Cannot load ${file}: the code in it is damaged (${name})`, `code.${name}`);
  }
  return files;
}
