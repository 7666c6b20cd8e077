/** Writes a piece of a program in the normal form, which `core/README.md` specifies ('Code identity'). */
import { DEFAULT, type CanonicalText, type Mention } from './canonical.ts';
import { Captures } from './captures.ts';
import { fieldsOf } from './fields.ts';
import { constant, jsxText, literal, templateOf, type Template } from './literals.ts';
import { isIntrinsic } from './node-fields.ts';
import {
  computedName,
  isEmptyJsx,
  isFunctionLike,
  plainName,
  privateName,
  urlSpecifier,
  withoutBraces,
} from './printed-names.ts';
import type { Problem } from './refusals.ts';
import type { Binding, Scope } from './scope.ts';
import {
  child,
  children,
  isErased,
  isNode,
  literalText,
  nameOf,
  targetsOf,
  text,
  unwrapped,
  type SyntaxNode,
} from './syntax.ts';

/** What the printer needs to know of the module. */
export interface PrintedModule {
  readonly scope: Scope;
  readonly bindings: ReadonlyMap<SyntaxNode, Binding>;
}

/** A text, and what of it cannot be followed because it stands inside of something else. */
export interface Printed {
  readonly text: CanonicalText;
  readonly problems: readonly Problem[];
}

/**
 * Prints a part of a module, or a function inside of one.
 * @param isEnclosed - whether a function or class stands around `node`, so that `this` may be its
 */
export function print(node: SyntaxNode, module: PrintedModule, isEnclosed: boolean): Printed {
  const printer = new Printer(node, module, isEnclosed);
  return printer.print();
}

class Printer {
  readonly #root: SyntaxNode;
  readonly #captures: Captures;
  readonly #module: PrintedModule;
  readonly #texts: string[] = [];
  readonly #mentions: Mention[] = [];
  readonly #locals = new Map<Binding, number>();
  readonly #labels: string[] = [];
  /** Of each class around the place, its private names and their numbers. */
  readonly #privates: Map<string, number | undefined>[] = [];
  #privateNames = 0;
  #text = '';

  constructor(root: SyntaxNode, module: PrintedModule, isEnclosed: boolean) {
    this.#root = root;
    this.#module = module;
    this.#captures = new Captures(root, isEnclosed);
  }

  print(): Printed {
    this.#node(this.#root);
    this.#texts.push(this.#text);
    return { text: { texts: this.#texts, mentions: this.#mentions }, problems: this.#captures.problems };
  }

  #mention(mention: Mention): void {
    this.#texts.push(this.#text);
    this.#text = '';
    this.#mentions.push(mention);
  }

  #node(wrapped: SyntaxNode): void {
    const node = unwrapped(wrapped);
    switch (node.type) {
      case 'Identifier':
      case 'JSXIdentifier':
        this.#identifier(node);
        return;
      case 'Literal':
        this.#text += literal(node);
        return;
      case 'JSXText':
        this.#text += jsxText(text(node, 'value'));
        return;
      case 'PrivateIdentifier':
        this.#private(node);
        return;
      case 'ImportExpression':
      case 'NewExpression':
        if (!this.#elsewhere(node)) this.#fields(node);
        return;
      case 'MemberExpression':
        if (!this.#memberOfName(node)) this.#fields(node);
        return;
      case 'UnaryExpression':
      case 'TemplateLiteral':
      case 'BinaryExpression':
        this.#operator(node);
        return;
      case 'TaggedTemplateExpression':
        this.#tagged(node);
        return;
      default:
        this.#scoped(node);
    }
  }

  /** Nodes that open a region in which `this`, labels or private names are their own. */
  #scoped(node: SyntaxNode): void {
    switch (node.type) {
      case 'ThisExpression':
      case 'Super':
      case 'MetaProperty':
        this.#ownerOnly(node);
        return;
      case 'ClassBody': {
        this.#privates.push(new Map(children(node, 'body').flatMap((member) => privateName(member))));
        this.#captures.within(() => this.#fields(node));
        this.#privates.pop();
        return;
      }
      case 'FunctionExpression':
      case 'FunctionDeclaration':
        this.#captures.within(() => this.#fields(node));
        return;
      case 'LabeledStatement':
        this.#labels.push(nameOf(child(node, 'label')));
        this.#fields(node);
        this.#labels.pop();
        return;
      case 'JSXElement':
      case 'JSXFragment':
        this.#mention({ kind: 'jsx', node });
        this.#fields(node);
        return;
      default:
        this.#fields(node);
    }
  }

  #operator(node: SyntaxNode): void {
    const value = constant(node);
    const template = value === undefined ? templateOf(node) : undefined;
    if (template !== undefined) this.#template(template);
    else if (value === undefined) this.#fields(node);
    else this.#text += value;
  }

  #fields(node: SyntaxNode): void {
    this.#text += `(${node.type}`;
    // It makes a member of the parameter, so its name matters.
    if (node.type === 'TSParameterProperty') this.#text += ` ${targetsOf(node).map(nameOf).join()}`;
    for (const field of fieldsOf(node.type) ?? []) {
      this.#text += ' ';
      this.#field(node, field);
    }
    this.#text += ')';
  }

  #field(node: SyntaxNode, field: string): void {
    const value = node[field];
    switch (field) {
      case 'key':
      case 'property':
        this.#key(node, field);
        return;
      case 'label':
        this.#label(node);
        return;
      case 'id':
        this.#id(node);
        return;
      case 'name':
      case 'namespace':
        this.#jsxName(node, value);
        return;
      case 'body':
      case 'consequent':
      case 'alternate':
        this.#value(isNode(value) && !isFunctionLike(node) ? withoutBraces(value) : value);
        return;
      case 'params':
        this.#value(children(node, 'params').filter((parameter) => text(parameter, 'name') !== 'this'));
        return;
      default:
        this.#value(value);
    }
  }

  #value(value: unknown): void {
    if (Array.isArray(value)) this.#list(value);
    else if (isNode(value)) this.#node(value);
    else if (typeof value === 'string') this.#text += value;
    else this.#text += value === true ? '+' : '-';
  }

  #list(values: readonly unknown[]): void {
    this.#text += '[';
    for (const value of values) {
      if (isNode(value) && (isErased(value) || isEmptyJsx(value))) continue;
      this.#value(value);
      this.#text += ',';
    }
    this.#text += ']';
  }

  #identifier(node: SyntaxNode): void {
    const name = text(node, 'name');
    const binding = this.#module.bindings.get(node);
    if (binding === undefined) {
      if (name === 'arguments') this.#captures.arguments(node);
      this.#text += `g:${name}`;
    } else if (binding.isMember) this.#text += `e:${name}`;
    else if (binding.scope === this.#module.scope) this.#mention({ kind: 'name', name, node });
    else this.#local(binding, node);
  }

  #local(binding: Binding, node: SyntaxNode): void {
    this.#captures.local(binding, node);
    let number = this.#locals.get(binding);
    if (number === undefined) this.#locals.set(binding, (number = this.#locals.size));
    this.#text += `%${number}`;
  }

  /** The name of a function or class expression counts only where it is mentioned. */
  #id(node: SyntaxNode): void {
    const id = child(node, 'id');
    if (id === undefined && node === this.#root && node.type.endsWith('Declaration'))
      this.#mention({ kind: 'name', name: DEFAULT, node });
    else if (id === undefined) this.#text += '-';
    else if (node.type === 'TSEnumMember') this.#text += JSON.stringify(nameOf(id));
    else {
      const isExpression = node.type === 'FunctionExpression' || node.type === 'ClassExpression';
      if (isExpression && this.#module.bindings.get(id)?.isUsed !== true) this.#text += '-';
      else this.#node(id);
    }
  }

  /** `a.b`, `a['b']`, `{ b: 1 }`, `{ 'b': 1 }`: the name of a member, whichever way it is written. */
  #key(node: SyntaxNode, field: string): void {
    const key = child(node, field);
    if (key === undefined) return;
    const isMember = field === 'property';
    const name = node['computed'] === true ? computedName(key, isMember) : plainName(key);
    if (name === undefined) {
      this.#text += key.type === 'PrivateIdentifier' ? '' : '^';
      this.#node(key);
    } else this.#text += JSON.stringify(name);
  }

  #jsxName(node: SyntaxNode, value: unknown): void {
    const name = isNode(value) ? value : undefined;
    const isText = node.type !== 'JSXOpeningElement' || isIntrinsic(name);
    if (isText && name?.type === 'JSXIdentifier') this.#text += JSON.stringify(nameOf(name));
    else this.#value(value);
  }

  #label(node: SyntaxNode): void {
    const label = child(node, 'label');
    this.#text += label === undefined ? '-' : `l${this.#labels.lastIndexOf(nameOf(label))}`;
  }

  /** A text with values in it, however it is put together. */
  #template({ texts, expressions }: Template): void {
    if (expressions.length === 0) {
      this.#text += JSON.stringify(texts[0]);
      return;
    }
    this.#text += `(TemplateLiteral ${JSON.stringify(texts)} `;
    this.#value(expressions);
    this.#text += ')';
  }

  #tagged(node: SyntaxNode): void {
    const quasi = child(node, 'quasi') ?? node;
    const raw = children(quasi, 'quasis').map((element) => (element['value'] as { readonly raw: string }).raw);
    this.#text += '(TaggedTemplateExpression ';
    this.#value(node['tag']);
    this.#text += ` ${JSON.stringify(raw)} `;
    this.#value(quasi['expressions']);
    this.#text += ')';
  }

  /** Private names are known to their class alone, so they are numbered as variables are. */
  #private(node: SyntaxNode): void {
    const name = text(node, 'name');
    const names = this.#privates.findLast((one) => one.has(name));
    if (names === undefined) {
      this.#captures.private(node, name);
      this.#text += `#${name}`;
      return;
    }
    const number = names.get(name) ?? this.#privateNames++;
    names.set(name, number);
    this.#text += `#${number}`;
  }

  #ownerOnly(node: SyntaxNode): void {
    const isImportMeta = node.type === 'MetaProperty' && nameOf(child(node, 'meta')) === 'import';
    if (!isImportMeta) this.#captures.owner(node);
    if (node.type === 'MetaProperty')
      this.#text += `(MetaProperty ${nameOf(child(node, 'meta'))}.${nameOf(child(node, 'property'))})`;
    else this.#text += `(${node.type})`;
  }

  /** `space.member`, where `space` is a name of the module. */
  #memberOfName(node: SyntaxNode): boolean {
    const object = unwrapped(child(node, 'object') ?? node);
    const property = child(node, 'property');
    const binding = this.#module.bindings.get(object);
    if (binding === undefined || property === undefined || binding.scope !== this.#module.scope) return false;
    const member = node['computed'] === true ? literalText(property) : nameOf(property);
    if (member === undefined || property.type === 'PrivateIdentifier' || node['optional'] === true) return false;
    this.#mention({ kind: 'member', name: binding.name, member, node: object });
    return true;
  }

  /** `import('...')` and `new URL('...', import.meta.url)`. */
  #elsewhere(node: SyntaxNode): boolean {
    const isImport = node.type === 'ImportExpression';
    const specifier = isImport ? literalText(child(node, 'source')) : urlSpecifier(node);
    if (specifier === undefined) return false;
    this.#mention({ kind: isImport ? 'module' : 'asset', specifier, node });
    return true;
  }
}
