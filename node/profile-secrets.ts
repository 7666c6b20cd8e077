/** Secrets have no place in a file of data: it is shared, and kept for ever. */
import { SomenError } from '../core/errors.ts';

/** What such a thing is called, without case and separators. */
const SECRET_WORDS: ReadonlySet<string> = new Set(
  'password passwd passphrase secret token apikey accesskey privatekey credential credentials'.split(' '),
);

/** Where `${NAME}` stands, the secret is in the environment; where `$${NAME}` does, in that of a shell that gets `${NAME}`. */
const FROM_ENVIRONMENT = /^["']?(?:Bearer |Basic )?(?:\$?\$\{[^{}]+\})+["']?$/;
const CREDENTIALS = /[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]*:(?<secret>[^\s/?#@]+)@/i;
const ASSIGNMENT = /(?:^|[\s?&;-])(?<name>[\w-]+)=(?<secret>[^\s&;]+)/g;
const AUTHORIZATION = /^(?:bearer|basic)\s+(?<secret>\S+)$/i;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/**
 * Looks through what stands in a file for what looks like a secret that is written out.
 * @throws SomenError where there is one: the message says where, and which variable to use, and does not repeat it
 */
export function refuseSecrets(file: string, value: unknown): void {
  look(file, value, []);
}

/** Of code, texts in quotes. */
const QUOTED = /(["'`])((?:(?!\1)[^\\\n]|\\.)*)\1/g;
/** A member with a text of its own, as in `password: 'hunter2'`. */
const MEMBER = /(?<name>[\w$]+)["']?\s*:\s*["'`](?<secret>[^"'`\n]+)["'`]/g;

/**
 * Looks through a file of code for secrets that are written out in it: what a function makes when it is called, nobody can see.
 * @throws SomenError as {@link refuseSecrets}
 */
export function refuseSecretsInCode(file: string, code: string): void {
  const lineOf = (index: number): string => `line ${code.slice(0, index).split('\n').length}`;
  for (const { 2: text = '', index } of code.matchAll(QUOTED)) {
    const { secret = '' } = CREDENTIALS.exec(text)?.groups ?? {};
    if (PRIVATE_KEY.test(text) || (secret !== '' && isLiteral(secret)))
      refuseInCode(file, lineOf(index), variableOfUrl(text, []));
  }
  for (const { groups: { name = '', secret = '' } = {}, index } of code.matchAll(MEMBER))
    if (isSecretName(name) && isLiteral(secret)) refuseInCode(file, lineOf(index), variableFor([name]));
}

function refuseInCode(file: string, place: string, variable: string): never {
  throw new SomenError(
    'ERR_PROFILE',
    `Cannot use ${file}: a secret stands in it, in ${place}. Take it out, and set ${variable} in the environment; what does not look there by itself gets process.env.${variable}`,
  );
}

function look(file: string, value: unknown, path: readonly string[]): void {
  if (typeof value === 'string') return lookAtText(file, value, path);
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value);
  for (const [index, [name, member]] of entries.entries()) {
    const inside = [...path, name];
    if (isSecretName(name) && isLiteral(member)) refuse(file, inside, variableFor(inside));
    // `["--password", "hunter2"]`
    const before: unknown = Array.isArray(value) && index > 0 ? value[index - 1] : undefined;
    if (typeof before === 'string' && /^--?\w/.test(before) && isSecretName(before) && isLiteral(member))
      refuse(file, inside, variableFor([...path, before]));
    look(file, member, inside);
  }
}

function lookAtText(file: string, text: string, path: readonly string[]): void {
  if (PRIVATE_KEY.test(text)) refuse(file, path, variableFor(path));
  const { secret = '' } = CREDENTIALS.exec(text)?.groups ?? {};
  if (secret !== '' && isLiteral(secret)) refuse(file, path, variableOfUrl(text, path));
  const authorization = AUTHORIZATION.exec(text)?.groups?.['secret'];
  if (authorization !== undefined && isLiteral(authorization)) refuse(file, path, variableFor(path));
  for (const { groups: { name = '', secret: given = '' } = {} } of text.matchAll(ASSIGNMENT))
    if (isSecretName(name) && isLiteral(given)) refuse(file, path, variableFor([...path, name]));
}

/** `password`, `SOMEN_CACHE_TOKEN`, `apiKey`, `--auth-token`; not `tokenizer`. */
function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word, index) => SECRET_WORDS.has(word) || SECRET_WORDS.has(word + (words[index + 1] ?? '')));
}

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

function isLiteral(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && !FROM_ENVIRONMENT.test(value);
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A variable for what stands at a path. One that is called like a variable already keeps its name. */
function variableFor(path: readonly string[]): string {
  const name = path.findLast((part) => !/^\d+$/.test(part)) ?? 'secret';
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return name;
  const isRedis = path.some((part) => part === 'connection' || part === 'redis');
  return ['SOMEN', ...(isRedis ? ['REDIS'] : []), ...wordsOf(name).map((word) => word.toUpperCase())].join('_');
}

function variableOfUrl(url: string, path: readonly string[]): string {
  if (/^rediss?:/i.test(url)) return 'SOMEN_REDIS_PASSWORD';
  return /^https?:/i.test(url) && path.includes('cache') ? 'SOMEN_CACHE_TOKEN' : 'SOMEN_PASSWORD';
}

function refuse(file: string, path: readonly string[], variable: string): never {
  // A cache's URL holds none: whoever opens it takes it from the environment.
  const remedy =
    path.at(-1) === 'cache' ? `Take it out, and set ${variable}` : `Write \${${variable}} there, and set it`;
  throw new SomenError(
    'ERR_PROFILE',
    `Cannot use ${file}: a secret stands in it, at ${path.join('.')}. ${remedy} in the environment`,
  );
}
