/** What this thread runs: the sources of its modules as V8 holds them, whatever became of their files. */
import type * as Inspector from 'node:inspector';
import type { Debugger, InspectorNotification, Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * The sources that this thread has loaded of some files, by path; more than one where a file was loaded several times
 * (as `./a.mjs?1` and `./a.mjs?2`), none where it was not. It takes 35 ms and more, so it is asked where times of files
 * leave a doubt. `undefined` where this process may not look (`--permission`, a Node without inspector).
 */
export function loadedSources(paths: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> | undefined {
  let session: Session | undefined;
  try {
    const inspector = createRequire(import.meta.url)('node:inspector') as typeof Inspector;
    session = new inspector.Session();
    session.connect();
    return read(session, paths);
  } catch {
    return undefined;
  } finally {
    session?.disconnect();
  }
}

/** Within one thread, V8 answers before `post` returns. */
function read(session: Session, paths: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const scripts: { readonly id: string; readonly path: string }[] = [];
  session.on('Debugger.scriptParsed', ({ params }: InspectorNotification<Debugger.ScriptParsedEventDataType>): void => {
    const path = pathOf(params.url);
    if (path !== undefined && paths.has(path)) scripts.push({ id: params.scriptId, path });
  });
  session.post('Debugger.enable');
  const sources = new Map<string, string[]>();
  for (const { id, path } of scripts)
    session.post('Debugger.getScriptSource', { scriptId: id }, (error, { scriptSource }) => {
      if (error === null) sources.set(path, [...(sources.get(path) ?? []), scriptSource]);
    });
  session.post('Debugger.disable');
  return sources;
}

/** Of modules by URL, of CommonJS and of runners that compile themselves also by path. */
function pathOf(url: string): string | undefined {
  if (!url.startsWith('file:')) return url.startsWith('/') || /^[A-Za-z]:\\/.test(url) ? url : undefined;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}
