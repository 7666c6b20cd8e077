/** Profiles as data: members of known types, in which `${NAME}` stands for an environment variable. */
import { SomenError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { checkNames } from '../core/options.ts';
import { describe } from '../core/task.ts';

/** A type of a member, and what it is in TypeScript. */
interface MemberTypes {
  readonly number: number;
  readonly text: string;
  readonly flag: boolean;
  readonly texts: readonly string[];
  readonly numbers: Readonly<Record<string, number>>;
  readonly textsByName: Readonly<Record<string, string>>;
  /** A URL, or the same as an object. */
  readonly address: string | Readonly<Record<string, unknown>>;
}

type MemberType = keyof MemberTypes;

/** The members that there may be. */
type Members = Readonly<Record<string, MemberType>>;

type MembersOf<M extends Members> = { readonly [K in keyof M]?: MemberTypes[M[K]] };

/** How a message calls each type. */
const CALLED: Readonly<Record<MemberType, string>> = {
  number: 'a number',
  text: 'a text',
  flag: 'true or false',
  texts: 'an array of texts',
  numbers: 'an object of numbers',
  textsByName: 'an object of texts',
  address: 'a URL or an object',
};

/** An object of a profile. */
export class ProfileData {
  readonly #values: Readonly<Record<string, unknown>>;
  /** Which profile of which file it belongs to, as messages begin: `Cannot use the profile 'lab' of /x/somen.config.json`. */
  readonly #what: string;
  /** Where in the profile: `executor.launch`. */
  readonly #path: string;

  constructor(values: Readonly<Record<string, unknown>>, what: string, path: string = '') {
    this.#values = values;
    this.#what = what;
    this.#path = path;
  }

  /** @throws SomenError, always: what is wrong with a member */
  refuse(name: string, message: string): never {
    throw new SomenError('ERR_PROFILE', `${this.#what}: ${joined(this.#path, name)} ${message}`);
  }

  /**
   * All members but `type` and those of `others`, which the caller looks at.
   * @throws SomenError where one is of another type; TypeError where there is one of another name
   */
  options<M extends Members>(members: M, ...others: readonly string[]): MembersOf<M> {
    const names = ['type', ...Object.keys(members), ...others];
    const known = Object.fromEntries(names.map((name) => [name, true as const]));
    checkNames(this.#values, known, `${this.#what}: ${this.#path === '' ? 'it' : this.#path} has the member`);
    const entries = Object.entries(members)
      .filter(([name]) => this.#values[name] !== undefined)
      .map(([name, type]) => [name, this.#member(name, type)]);
    return Object.fromEntries(entries) as MembersOf<M>;
  }

  #member(name: string, type: MemberType): unknown {
    const given = this.#values[name];
    const value = type === 'number' ? asNumber(given) : type === 'numbers' ? asNumbers(given) : given;
    return isOf(value, type) ? value : this.refuse(name, `is ${describe(given)}, it must be ${CALLED[type]}`);
  }

  /**
   * What its `type` is, out of a table of types.
   * @throws SomenError where it has none, or the table does not, with the one that was meant
   */
  choose<T>(types: Readonly<Record<string, T>>): T {
    const type = this.text('type');
    const chosen = Object.hasOwn(types, type) ? types[type] : undefined;
    if (chosen !== undefined) return chosen;
    const names = Object.keys(types);
    const guess = nearest(type, names);
    const meant = guess === undefined ? '' : `did you mean '${guess}'? `;
    return this.refuse('type', `is '${type}': ${meant}there are ${names.join(', ')}`);
  }

  /** @throws SomenError where it is there, and none of these */
  oneOf<T>(name: string, values: readonly T[]): T | undefined {
    const value = this.#values[name];
    if (value === undefined || values.includes(value as T)) return value as T | undefined;
    const words = values.map((each) => JSON.stringify(each)).join(' or ');
    return this.refuse(name, `is ${describe(value)}, it must be ${words}`);
  }

  /** @throws SomenError where it is not there, or no text */
  text(name: string): string {
    const value = this.#values[name];
    return typeof value === 'string' ? value : this.refuse(name, `is ${describe(value)}, it must be a text`);
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** @throws SomenError where it is not there, or no object */
  object(name: string): ProfileData {
    const value = this.#values[name];
    if (!isObject(value)) return this.refuse(name, `is ${describe(value)}, it must be an object`);
    return new ProfileData(value, this.#what, joined(this.#path, name));
  }

  /** The names of its members. */
  get names(): readonly string[] {
    return Object.keys(this.#values);
  }
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** What comes out of an environment variable is a text. */
function asNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

function asNumbers(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asNumber(each)]));
}

function isOf(value: unknown, type: MemberType): boolean {
  switch (type) {
    case 'number':
      return typeof value === 'number';
    case 'text':
      return typeof value === 'string';
    case 'flag':
      return typeof value === 'boolean';
    case 'texts':
      return Array.isArray(value) && value.every((each) => typeof each === 'string');
    case 'numbers':
      return isObject(value) && Object.values(value).every((each) => typeof each === 'number');
    case 'textsByName':
      return isObject(value) && Object.values(value).every((each) => typeof each === 'string');
    case 'address':
      return typeof value === 'string' || isObject(value);
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const VARIABLE = /(?<escaped>\$)?\$\{(?<name>[^{}]*)\}/g;

/**
 * The same data with `${NAME}` replaced by environment variables, and `$${` by a plain `${`. What is no plain data stays.
 * @throws SomenError where a variable is not set, with its place
 */
export function expanded(value: unknown, what: string, path: string = ''): unknown {
  if (typeof value === 'string') return expandedText(value, what, path);
  if (Array.isArray(value)) return value.map((each, index) => expanded(each, what, `${path}[${index}]`));
  if (!isObject(value) || ![Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null))
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, expanded(each, what, joined(path, name))]),
  );
}

function expandedText(text: string, what: string, path: string): string {
  return text.replaceAll(VARIABLE, (all, escaped: string | undefined, name: string) => {
    if (escaped !== undefined) return all.slice(1);
    const value = process.env[name];
    if (value !== undefined) return value;
    throw new SomenError(
      'ERR_PROFILE',
      `${what}: ${path} needs the environment variable ${name}, which is not set. Set it, or write $\${${name}} where that is meant as it stands`,
    );
  });
}
