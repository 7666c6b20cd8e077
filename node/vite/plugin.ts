/** The hooks of the plugin. */
import type { Plugin } from 'vite';
import { purposeOf } from './context.ts';
import { isCompiled, isSource, mentionsTasks, pathOf, sliceName } from './modules.ts';
import { PRELOAD_HELPER, withoutDocument } from './preload.ts';
import { Session } from './session.ts';
import { plainSettings, settingsOf } from './settings.ts';

/** Where the session of a plugin is, once the configuration is known. */
class Holder {
  #session: Session | undefined;

  /** The session; one for the working directory where there is no Vite that says more. */
  get session(): Session {
    return (this.#session ??= new Session(plainSettings()));
  }

  set session(session: Session) {
    this.#session = session;
  }
}

/** What is written into a module already. */
const MARK = 'somen.code/1';

/** The plugin, in three parts: sources as they were written, what other plugins compile, and what they compile late. */
export function somenPlugins(): Plugin[] {
  const holder = new Holder();
  return [
    sources(holder),
    { name: 'somen:components', transform: componentTransform(holder) },
    { name: 'somen:late-components', enforce: 'post', transform: componentTransform(holder) },
  ];
}

function sources(holder: Holder): Plugin {
  return {
    name: 'somen',
    enforce: 'pre',
    config() {
      // Before Rolldown, what bundles dependencies for development leaves the file of somen's worker behind.
      if ((this.meta as { rolldownVersion?: string }).rolldownVersion !== undefined) return undefined;
      return { optimizeDeps: { exclude: ['somen'], include: ['somen > comlink', 'somen > idb'] } };
    },
    configResolved(config) {
      holder.session = new Session(settingsOf(config));
    },
    async buildStart() {
      if (purposeOf(this) !== 'build') return;
      holder.session.built.start(this);
      await holder.session.search(this, true);
    },
    resolveId(source, importer) {
      return holder.session.resolveSlice(this, source, importer);
    },
    load(id) {
      return sliceName(id) === undefined ? undefined : holder.session.loadSlice(this, id);
    },
    transform(code, id) {
      if (sliceName(id) !== undefined) return holder.session.compileSlice(this, id, code);
      if (id === PRELOAD_HELPER) return withoutDocument(code);
      if (!isSource(id) || code.includes(MARK) || !mentionsTasks(code)) return undefined;
      return holder.session.mark(this, id, code);
    },
    resolveFileUrl({ referenceId, relativePath, format }) {
      return holder.session.built.resolveUrl(referenceId, relativePath, format);
    },
    hotUpdate(options) {
      const { session } = holder;
      session.noteChange(options.type, options.file);
      return session.written.update(this.environment, options);
    },
  };
}

/** For what another plugin made of a component; before that plugin, it is no code yet, and left alone. */
function componentTransform(holder: Holder): NonNullable<Plugin['transform']> {
  return function (code, id) {
    if (!isCompiled(id) || code.includes(MARK) || !mentionsTasks(code)) return undefined;
    return holder.session.mark(this, pathOf(id), code);
  };
}
