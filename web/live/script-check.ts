/** What is wrong with a script, found before anything of it runs. */
import { nearest } from '../../core/nearest.ts';
import type { SyntaxNode } from '../../core/slice/syntax.ts';
import type { LiveErrorKind } from './live-result.ts';
import { isJson, isSomen, type ScriptSources } from './script-sources.ts';
import { exportsOf, requestsOf, SourceError, type Request } from './script-syntax.ts';

/** Something that is wrong with a source, found before anything runs. */
export class ScriptProblem extends Error {
  readonly kind: LiveErrorKind;
  readonly path: string;
  /** In UTF-16 code units. */
  readonly offset: number;

  constructor(kind: LiveErrorKind, message: string, path: string, offset: number) {
    super(message);
    this.kind = kind;
    this.path = path;
    this.offset = offset;
  }
}

/**
 * Looks at all modules that the typed source reaches.
 * @param exported - the names that this package exports
 * @returns their paths, each after those that it imports
 * @throws ScriptProblem where one is no JavaScript, or imports what is not there
 */
export function checkScript(sources: ScriptSources, exported: readonly string[]): readonly string[] {
  const check = new ScriptCheck(sources, new Set(exported));
  check.visit(sources.mainPath);
  return [...check.order];
}

class ScriptCheck {
  readonly order = new Set<string>();
  readonly #sources: ScriptSources;
  readonly #exported: ReadonlySet<string>;
  readonly #underWay: string[] = [];

  constructor(sources: ScriptSources, exported: ReadonlySet<string>) {
    this.#sources = sources;
    this.#exported = exported;
  }

  visit(path: string): void {
    this.#underWay.push(path);
    for (const request of isJson(path) ? [] : requestsOf(this.#tree(path))) {
      const imported = this.#checkRequest(request, path);
      if (imported !== undefined && !this.order.has(imported)) this.visit(imported);
    }
    this.#underWay.pop();
    this.order.add(path);
  }

  #tree(path: string): SyntaxNode {
    try {
      return this.#sources.parse(path, this.#sources.load(path) ?? '');
    } catch (error) {
      if (error instanceof SourceError) throw new ScriptProblem('syntax', error.message, path, error.offset);
      throw error;
    }
  }

  /** The path of the module that is imported, if it is one of the script's. */
  #checkRequest(request: Request, path: string): string | undefined {
    const { specifier, node } = request;
    const refuse = (message: string, { start }: SyntaxNode = node): never => {
      throw new ScriptProblem('import', message, path, start);
    };
    const resolved = this.#sources.resolve(specifier, path);
    if (resolved === undefined) return refuse(this.#unknown(specifier));
    if (!('module' in resolved)) {
      if (isSomen(specifier)) checkNames(request, this.#exported, refuse);
      return undefined;
    }
    const { module } = resolved;
    if (this.#underWay.includes(module))
      return refuse(
        `Cannot import '${specifier}' here: the two modules import each other. Move what both need into a third`,
      );
    if (!isJson(module)) checkNames(request, exportsOf(this.#tree(module)), refuse);
    else if (!request.isJson)
      refuse(`Cannot import '${specifier}' as code: it is JSON. Write with { type: 'json' } after its name`);
    return module;
  }

  #unknown(specifier: string): string {
    const { modules, nameOf } = this.#sources;
    const known = ['somen/web', ...[...modules.keys()].map(nameOf)];
    const meant = nearest(specifier, known);
    const advice = meant === undefined ? `there are '${known.join("', '")}', and URLs` : `did you mean '${meant}'?`;
    return `Cannot import '${specifier}': there is no such module; ${advice}`;
  }
}

/** Whether what is imported is there; where that is not known, the engine will say. */
function checkNames(
  { names, specifier }: Request,
  exported: ReadonlySet<string> | undefined,
  refuse: (message: string, node: SyntaxNode) => void,
): void {
  for (const [name, node] of names) {
    if (exported === undefined || name === '*' || exported.has(name)) continue;
    const meant = nearest(name, [...exported]);
    const advice = meant === undefined ? '' : `; did you mean '${meant}'?`;
    refuse(`Cannot import '${name}' from '${specifier}': it has no such export${advice}`, node);
  }
}
