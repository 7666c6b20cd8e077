/** The names of a function's parameters, out of its own text: for texts that speak of arguments by their names. */

/** Where the value of a name is found among the arguments of a call. */
export interface Parameter {
  /** Which argument, from 0. */
  readonly index: number;
  /** The members that lead to it from there: `{ size: [width] }` gives `width` the path `['size', '0']`. */
  readonly path: readonly string[];
  /** Whether it is the list of all arguments from `index` on. */
  readonly isRest: boolean;
}

/**
 * The parameters of a function by name, with those in patterns.
 * @param text - what `String(fn)` gives; also that of a method
 * @returns `undefined` where the text shows none: native and bound functions
 *
 * @example
 * parametersOf('async ({ source }, [first] = [], ...rest) => 0')?.get('source'); // { index: 0, path: ['source'], isRest: false }
 */
export function parametersOf(text: string): ReadonlyMap<string, Parameter> | undefined {
  if (/\{\s*\[native code\]\s*\}\s*$/.test(text)) return undefined;
  const reader = new ParameterReader(text);
  return reader.read() ? reader.names : undefined;
}

const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const TRIVIA = /(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\/)+/y;
const STRING = /'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/y;
const NUMBER = /[\d.][\w.]*/y;
/** A literal, up to its flags; a slash in brackets does not end it. */
const REGEXP = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

class ParameterReader {
  readonly names: Map<string, Parameter> = new Map();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether there are parameters: a list in parentheses, or the one name before an arrow. */
  read(): boolean {
    for (let last: string | undefined; this.#at < this.#text.length;) {
      this.#skip(TRIVIA);
      if (this.#take('(')) return this.#list();
      if (this.#take('=>')) return last !== undefined && this.#name(last, 0, [], false);
      const name = this.#match(NAME);
      if (name !== undefined) last = name;
      // `async *[Symbol.iterator]()`, `'a name'()`, `#hidden()`
      else if (!this.#take('*') && !this.#take('#') && this.#match(STRING) === undefined && !this.#skipBrackets())
        return false;
    }
    return false;
  }

  #list(): boolean {
    for (let index = 0; ; index++) {
      this.#skip(TRIVIA);
      if (this.#take(')')) return true;
      if (!this.#binding(index, [])) return false;
      this.#skip(TRIVIA);
      if (!this.#take(',') && this.#text[this.#at] !== ')') return false;
    }
  }

  /** A name or a pattern, and what stands in for a missing value. */
  #binding(index: number, path: readonly string[]): boolean {
    this.#skip(TRIVIA);
    const isRest = this.#take('...');
    this.#skip(TRIVIA);
    if (this.#take('{')) {
      if (!this.#objectPattern(index, path)) return false;
    } else if (this.#take('[')) {
      if (!this.#arrayPattern(index, path)) return false;
    } else {
      const name = this.#match(NAME);
      if (name === undefined) return false;
      // What is left of an object or an array is no argument.
      if (!isRest || path.length === 0) this.#name(name, index, path, isRest);
    }
    return this.#default();
  }

  #name(name: string, index: number, path: readonly string[], isRest: boolean): boolean {
    this.names.set(name, { index, path, isRest });
    return true;
  }

  #objectPattern(index: number, path: readonly string[]): boolean {
    for (;;) {
      this.#skip(TRIVIA);
      if (this.#take('}')) return true;
      if (this.#text.startsWith('...', this.#at)) {
        if (!this.#binding(index, [...path, ''])) return false;
      } else if (!this.#member(index, path)) return false;
      this.#skip(TRIVIA);
      if (!this.#take(',') && this.#text[this.#at] !== '}') return false;
    }
  }

  /** `key`, `key = 1`, `key: name`, `'a key': { ... }`, `[computed]: name` */
  #member(index: number, path: readonly string[]): boolean {
    const name = this.#match(NAME);
    const string = name ?? this.#match(STRING)?.slice(1, -1);
    const key = string ?? this.#match(NUMBER);
    if (key === undefined && !this.#skipBrackets()) return false;
    this.#skip(TRIVIA);
    if (this.#take(':')) {
      const before = new Map(this.names);
      if (!this.#binding(index, [...path, key ?? ''])) return false;
      // Nobody knows under which name it stands.
      if (key === undefined) for (const each of this.names.keys()) if (!before.has(each)) this.names.delete(each);
      return true;
    }
    return name !== undefined && this.#name(name, index, [...path, name], false) && this.#default();
  }

  #arrayPattern(index: number, path: readonly string[]): boolean {
    for (let element = 0; ; element++) {
      this.#skip(TRIVIA);
      if (this.#take(']')) return true;
      if (this.#take(',')) continue;
      if (!this.#binding(index, [...path, String(element)])) return false;
      this.#skip(TRIVIA);
      if (!this.#take(',') && this.#text[this.#at] !== ']') return false;
    }
  }

  #default(): boolean {
    this.#skip(TRIVIA);
    if (!this.#take('=')) return true;
    return this.#skipExpression();
  }

  /** Up to the comma or the bracket that ends it. */
  #skipExpression(): boolean {
    for (let isOperand = true; this.#at < this.#text.length;) {
      this.#skip(TRIVIA);
      const character = this.#text[this.#at] ?? '';
      if (character === ',' || character === ')' || character === ']' || character === '}') return true;
      if (isOperand && this.#match(REGEXP) !== undefined) isOperand = false;
      else if (this.#skipLiteral() || this.#match(NUMBER) !== undefined) isOperand = false;
      else {
        const name = this.#match(NAME);
        isOperand = name === undefined || /^(?:typeof|void|await|yield|in|instanceof|new|return)$/.test(name);
        if (name === undefined) this.#at++;
      }
    }
    return false;
  }

  #skipLiteral(): boolean {
    return this.#match(STRING) !== undefined || this.#skipTemplate() || this.#skipBrackets();
  }

  /** A pair of brackets and what is between them. */
  #skipBrackets(): boolean {
    const closing = CLOSING[this.#text[this.#at] ?? ''];
    if (closing === undefined) return false;
    this.#at++;
    while (this.#skipExpression()) {
      if (this.#take(closing)) return true;
      // In a block or a list; what closes something else is damage.
      if (!this.#take(',')) return false;
    }
    return false;
  }

  #skipTemplate(): boolean {
    if (!this.#take('`')) return false;
    for (; this.#at < this.#text.length; this.#at++) {
      if (this.#take('`')) return true;
      if (this.#text[this.#at] === '\\') this.#at++;
      else if (this.#text.startsWith('${', this.#at)) {
        this.#at++;
        if (!this.#skipBrackets()) return false;
        this.#at--;
      }
    }
    return false;
  }

  #skip(pattern: RegExp): void {
    this.#match(pattern);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    if (match !== undefined) this.#at += match.length;
    return match;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}
