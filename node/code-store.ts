/** Code in the content store: who has the digest of a bundle, and accepts code, runs its tasks. */
import type { Cache } from '../core/cache.ts';
import { SomenError } from '../core/errors.ts';
import { toHex, type Hasher } from '../core/hasher.ts';
import { Keyer } from '../core/key.ts';
import { capturedOf, scheduled, taskOf, type Scheduled } from '../core/scheduled.ts';
import { describe, findVersion, type AnyFunction, type Task } from '../core/task.ts';
import { BUNDLE_FORMAT, cutBundle, nameInModule, type CodeBundle, type CodeManifest } from './code-bundle.ts';
import { unpack } from './code-folder.ts';
import { NODE } from './platform.ts';

/** A task and where its code lies: plain data, to be sent anywhere. */
export interface ShippedTask {
  /** The task's name in its module, or wherever it is known. */
  readonly name: string;
  /** Whether the name holds without the module. */
  readonly named: boolean;
  /** The digest of the bundle that has its code: 64 hex characters, a name in the content store. */
  readonly code: string;
}

/** How code from elsewhere is treated. */
export interface AcceptOptions {
  /**
   * Whether code of the store may run here. Whoever can write into the store can then run anything in this process, so
   * accept code only of stores that are your own. @default false
   */
  readonly acceptCode?: boolean;
}

/**
 * Puts the code of a scheduled function into a cache's content store: the slice of its module, each file under its
 * SHA-256. What it returns is plain data, with which `receiveTask` runs it in a process that never saw the project.
 *
 * @example
 * const shipped = await shipTask(add, fileCache('/shared/cache'));
 *
 * @throws TypeError where `fn` is no scheduled function
 * @throws SomenError with the code `ERR_CODE` where its code cannot be followed, with the places
 */
export async function shipTask(fn: AnyFunction, cache: Cache): Promise<ShippedTask> {
  const task = taskOf(fn);
  if (task === undefined)
    throw new TypeError(`Cannot ship ${describe(fn)}: only a scheduled function can be. Write schedule(fn)`);
  if (capturedOf(fn) !== undefined)
    throw new SomenError(
      'ERR_CODE',
      `Cannot ship '${task.name}': it takes values from the function around it, which are no code. Pass them as arguments, or save them with it: saveSession(file, { ${task.name} })`,
    );
  const keyer = new Keyer(NODE.hasher(), NODE);
  const code = await storeBundle(bundleOf([task], keyer), cache);
  return { name: nameInModule(task, keyer.tasks), named: task.named, code };
}

/**
 * The scheduled function that was shipped: its code is taken from the store and verified, and runs in a module of its own.
 *
 * @example
 * const add = await receiveTask(shipped, fileCache('/shared/cache'), { acceptCode: true });
 * await run(add(1, 2));
 *
 * @throws SomenError with the code `ERR_CODE` where code is not accepted, not there, damaged, or needs a package that is
 * not installed here
 */
export async function receiveTask<F extends AnyFunction = (...args: unknown[]) => unknown>(
  { name, named, code }: ShippedTask,
  cache: Cache,
  { acceptCode = false }: AcceptOptions = {},
): Promise<Scheduled<F>> {
  if (!acceptCode) throw notAccepted(`the task '${name}'`);
  const bundle = await readBundle(code, cache);
  await importBundle(bundle, code);
  const { module, tasks } = bundle.manifest;
  const version = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  const task = findVersion({ name, named, module: `somen:${module}` }, version ?? '');
  if (task === undefined)
    throw new SomenError(
      'ERR_CODE',
      `Cannot find the task '${name}' in the code ${code.slice(0, 12)}: it has ${Object.keys(bundle.manifest.tasks).join(', ')}`,
    );
  return scheduled<F>(task);
}

/** The error of code that nobody asked for. */
export function notAccepted(what: string): SomenError {
  return new SomenError(
    'ERR_CODE',
    `Cannot run ${what}: its code comes from elsewhere, and this process does not accept any. If you trust where it is from, say so: { acceptCode: true }`,
  );
}

/** The manifest as it is stored. */
export function manifestBytes(manifest: CodeManifest): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(manifest));
}

/** Stores a bundle, the manifest last, and returns its digest. */
async function storeBundle({ manifest, files }: CodeBundle, cache: Cache): Promise<string> {
  for (const [name, bytes] of files) await cache.put('cas', manifest.files[name] ?? '', bytes);
  const bytes = manifestBytes(manifest);
  const digest = digestOf(bytes);
  await cache.put('cas', digest, bytes);
  return digest;
}

async function readBundle(digest: string, cache: Cache): Promise<CodeBundle> {
  const manifest = readManifest(await readVerified(digest, cache));
  const files = new Map<string, Uint8Array>();
  for (const [name, content] of Object.entries(manifest.files)) files.set(name, await readVerified(content, cache));
  return { manifest, files };
}

async function readVerified(digest: string, cache: Cache): Promise<Uint8Array> {
  const bytes = await cache.get('cas', digest);
  if (bytes === undefined)
    throw new SomenError('ERR_CODE', `Cannot read code: ${cache.name} has no content ${digest}. Ship the task again`);
  if (digestOf(bytes) === digest) return bytes;
  await cache.delete('cas', digest);
  throw new SomenError(
    'ERR_CODE',
    `Cannot read code: the content ${digest} in ${cache.name} is damaged, and was removed. Ship the task again`,
  );
}

/** A file's name in a bundle: by number, so that none leads out of its folder. */
const FILE_NAME = /^\d+(?:\.\w+)?$/;

/**
 * Reads a manifest.
 * @throws SomenError with the code `ERR_CODE` where it is none
 */
export function readManifest(bytes: Uint8Array): CodeManifest {
  try {
    const manifest = JSON.parse(new TextDecoder().decode(bytes)) as CodeManifest;
    if (isManifest(manifest)) return manifest;
  } catch {
    // As below.
  }
  throw new SomenError('ERR_CODE', 'Cannot read code: it is no bundle, or one of another version of somen');
}

/** A package's name, which becomes a folder's. */
const PACKAGE_NAME = /^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/;

function isManifest({ format, module, entry, tasks, files, packages }: CodeManifest): boolean {
  const isKnown = format === BUNDLE_FORMAT && typeof module === 'string' && Object.hasOwn(files, entry);
  const hasTexts = [tasks, files, packages].every((texts) =>
    Object.values(texts).every((text) => typeof text === 'string'),
  );
  const hasNames = Object.keys(files).every((name) => FILE_NAME.test(name));
  return isKnown && hasTexts && hasNames && Object.keys(packages).every((name) => PACKAGE_NAME.test(name));
}

/** Bundles that this thread has evaluated. */
const imported = new Map<string, Promise<unknown>>();

/** The same by the URLs of their entries, which their tasks name. */
const bundles = new Map<string, CodeBundle>();

/** The code of a task: what came from elsewhere as it came, of others what is cut out of their program. */
export function bundleOf(tasks: readonly [Task, ...Task[]], keyer: Keyer): CodeBundle {
  return bundles.get(tasks[0].slice?.url ?? '') ?? cutBundle(tasks, keyer);
}

/** Evaluates the code of a bundle, once: that schedules its tasks. */
export async function importBundle(bundle: CodeBundle, digest: string): Promise<void> {
  const known = imported.get(digest);
  if (known !== undefined) return void (await known);
  const entry = unpack(bundle, digest);
  const importing = import(entry);
  imported.set(digest, importing);
  bundles.set(entry, bundle);
  await importing;
}

/** The plain SHA-256 of bytes, in hex. */
export function digestOf(bytes: Uint8Array, hasher: Hasher = NODE.hasher()): string {
  return toHex(hasher.hash([bytes]));
}
