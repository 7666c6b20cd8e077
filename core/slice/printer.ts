/** Writes a piece of a program in the normal form, which `core/README.md` specifies ('Code identity'). */
import { DEFAULT, type Mention } from './canonical.ts';
import { Captures, type Moving } from './captures.ts';
import { fieldsOf } from './fields.ts';
import { constant, jsxText, literal, templateOf, type Template } from './literals.ts';
import { LocalNumbers } from './local-numbers.ts';
import { isIntrinsic } from './node-fields.ts';
import type { PrintedModule, PrintedPiece } from './printed.ts';
import {
  computedName,
  elsewhereOf,
  isEmptyJsx,
  isFunctionLike,
  plainMember,
  plainName,
  withoutBraces,
} from './printed-names.ts';
import { child, children, isErased, isNode, nameOf, targetsOf, text, unwrapped, type SyntaxNode } from './syntax.ts';

/**
 * Prints a part of a module, or a function inside of one.
 * @param isEnclosed - whether a function or class stands around `node`, so that `this` may be its
 * @param moving - what `node` consists of, if that stands at several places, and what may be captured
 */
export function print(
  node: SyntaxNode,
  module: PrintedModule,
  isEnclosed: boolean,
  moving: Moving = { regions: [node], bindings: new Set() },
): PrintedPiece {
  const printer = new Printer(node, module, new Captures(moving, isEnclosed), moving.without);
  return printer.print();
}

class Printer {
  readonly #root: SyntaxNode;
  readonly #captures: Captures;
  readonly #without: ReadonlySet<SyntaxNode>;
  readonly #module: PrintedModule;
  readonly #texts: string[] = [];
  readonly #mentions: Mention[] = [];
  readonly #numbers = new LocalNumbers();
  #text = '';

  constructor(
    root: SyntaxNode,
    module: PrintedModule,
    captures: Captures,
    without: ReadonlySet<SyntaxNode> = new Set(),
  ) {
    this.#root = root;
    this.#without = without;
    this.#module = module;
    this.#captures = captures;
  }

  print(): PrintedPiece {
    this.#node(this.#root);
    this.#texts.push(this.#text);
    const { problems, captured, outside } = this.#captures;
    return { text: { texts: this.#texts, mentions: this.#mentions }, problems, captured, outside };
  }

  #mention(mention: Mention): void {
    this.#texts.push(this.#text);
    this.#text = '';
    this.#mentions.push(mention);
  }

  #node(wrapped: SyntaxNode): void {
    const node = unwrapped(wrapped);
    if (this.#without.has(node)) return;
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
        this.#elsewhereOrFields(node);
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
      case 'ClassBody':
        this.#numbers.withinClass(node, () => this.#captures.within(() => this.#fields(node)));
        return;
      case 'FunctionExpression':
      case 'FunctionDeclaration':
        this.#captures.within(() => this.#fields(node));
        return;
      case 'LabeledStatement':
        this.#numbers.labelled(nameOf(child(node, 'label')), () => this.#fields(node));
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

  #elsewhereOrFields(node: SyntaxNode): void {
    const mention = elsewhereOf(node);
    if (mention === undefined) this.#fields(node);
    else this.#mention(mention);
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
    if (binding === undefined || binding.scope === this.#module.scope) this.#captures.outside.add(name);
    if (binding === undefined) {
      if (name === 'arguments') this.#captures.arguments(node);
      this.#text += `g:${name}`;
    } else if (binding.isMember) this.#text += `e:${name}`;
    else if (binding.scope === this.#module.scope) this.#mention({ kind: 'name', name, node });
    else {
      this.#captures.local(binding, node);
      this.#text += `%${this.#numbers.local(binding)}`;
    }
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
    this.#text += label === undefined ? '-' : `l${this.#numbers.label(nameOf(label))}`;
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
    const number = this.#numbers.private(name);
    if (number === undefined) this.#captures.private(node, name);
    this.#text += `#${number ?? name}`;
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
    const binding = this.#module.bindings.get(object);
    const member = binding?.scope === this.#module.scope ? plainMember(node) : undefined;
    if (binding === undefined || member === undefined) return false;
    this.#captures.outside.add(binding.name);
    this.#mention({ kind: 'member', name: binding.name, member, node: object });
    return true;
  }
}
