/** Secrets in files of profiles. */
import { run } from 'somen/node';
import { expect, onTestFinished, test } from 'vitest';
import { rejection } from './support/pool.ts';
import { createProject } from './support/project.ts';

async function failure(profile: object): Promise<Error> {
  const { folder } = await createProject({
    'somen.config.json': JSON.stringify({ profiles: { other: {}, x: profile } }),
  });
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  // Also where another profile is chosen.
  return rejection(run(1, { on: 'other', display: false }));
}

const SECRET = 'hunter2';

test.each<[object, string, string]>([
  [{ cache: `https://me:${SECRET}@host/` }, 'profiles.x.cache', 'Take it out, and set SOMEN_CACHE_TOKEN in'],
  [{ cache: `redis://:${SECRET}@host/0` }, 'profiles.x.cache', 'Take it out, and set SOMEN_REDIS_PASSWORD in'],
  [
    { executor: { connection: { password: SECRET } } },
    'x.executor.connection.password',
    'Write ${SOMEN_REDIS_PASSWORD}',
  ],
  [{ executor: { connection: `redis://me:${SECRET}@h` } }, 'x.executor.connection', 'Write ${SOMEN_REDIS_PASSWORD}'],
  [{ executor: { token: SECRET } }, 'x.executor.token', 'Write ${SOMEN_TOKEN} there, and set it in the environment'],
  [{ executor: { clientSecret: SECRET } }, 'x.executor.clientSecret', '${SOMEN_CLIENT_SECRET}'],
  [{ executor: { 'api-key': SECRET } }, 'x.executor.api-key', '${SOMEN_API_KEY}'],
  [{ executor: { pass: 1, passphrase: 12345 } }, 'x.executor.passphrase', '${SOMEN_PASSPHRASE}'],
  [{ executor: { env: { LAB_TOKEN: SECRET } } }, 'x.executor.env.LAB_TOKEN', '${LAB_TOKEN}'],
  [{ executor: { env: { LAB_TOKEN: `${SECRET}-\${X}` } } }, 'x.executor.env.LAB_TOKEN', '${LAB_TOKEN}'],
  [{ executor: { argv: ['go', '--token', SECRET] } }, 'x.executor.argv.2', '${SOMEN_TOKEN}'],
  [{ executor: { argv: [`--auth-token=${SECRET}`] } }, 'x.executor.argv.0', '${SOMEN_AUTH_TOKEN}'],
  [{ executor: { command: `LAB_PASSWORD=${SECRET} go` } }, 'x.executor.command', '${LAB_PASSWORD}'],
  [{ executor: { url: `https://host/?a=1&access_token=${SECRET}` } }, 'x.executor.url', '${SOMEN_ACCESS_TOKEN}'],
  [{ executor: { headers: { Authorization: `Bearer ${SECRET}` } } }, 'headers.Authorization', '${SOMEN_AUTHORIZATION}'],
  [{ executor: { tls: `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}` } }, 'x.executor.tls', '${SOMEN_TLS}'],
])('run refuses a file with %j, and says where the secret belongs', async (profile, place, remedy) => {
  const { message } = await failure(profile);
  expect(message).toMatch(/^Cannot use .*somen\.config\.json: a secret stands in it, at /);
  expect(message).toContain(`${place}. `);
  expect(message).toContain(remedy);
  expect(message).not.toContain(SECRET);
});

test.each([
  { executor: { token: '${LAB_TOKEN}', password: '', pass: 'through' } },
  { executor: { connection: 'redis://me:${SOMEN_REDIS_PASSWORD}@host:6379' } },
  { executor: { headers: { Authorization: 'Bearer ${LAB_TOKEN}' } } },
  { executor: { argv: ['--token', '${LAB_TOKEN}', '--tokenizer=bert', '--token=$${REMOTE}'], maxTokens: 5 } },
  { executor: { identity: '~/.ssh/id_ed25519', key: 'public', command: 'TOKEN="${LAB_TOKEN}" go' } },
  { executor: { isTokenNeeded: true }, cache: 'http://host:8080/a@b' },
])('run takes a file with %j', async (profile) => {
  const { folder } = await createProject({
    'somen.config.json': JSON.stringify({ profiles: { other: { executor: { type: 'inline' } }, x: profile } }),
  });
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  expect(await run(1, { on: 'other', display: false })).toBe(1);
});

async function failureOfCode(executor: string): Promise<unknown> {
  const { folder } = await createProject({
    'somen.config.mjs': `// A comment with 'an apostrophe
import { inline } from 'somen/node';
export default { profiles: { other: { executor: () => inline() }, x: { executor: () => ${executor} } } };`,
  });
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  return run(1, { on: 'other', display: false }).catch((error: unknown) => error);
}

test.each([
  [`queue({ connection: 'redis://:${SECRET}@host:6379' })`, 'SOMEN_REDIS_PASSWORD'],
  ['redisCache(`rediss://me:' + SECRET + '@${process.env.HOST}`)', 'SOMEN_REDIS_PASSWORD'],
  [`queue({ connection: { host: 'h', password: "${SECRET}" } })`, 'SOMEN_PASSWORD'],
  [`pilots({ apiKey: '${SECRET}' })`, 'SOMEN_API_KEY'],
])('run refuses a module with %s, also within a function', async (executor, variable) => {
  const { message } = (await failureOfCode(executor)) as Error;
  expect(message).toMatch(/^Cannot use .*somen\.config\.mjs: a secret stands in it, in line 3\. /);
  expect(message).toContain(`set ${variable} in the environment`);
  expect(message).not.toContain(SECRET);
});

test.each([
  "queue({ connection: 'redis://host:6379', password: process.env.PASSWORD })",
  'queue({ connection: `redis://me:${process.env.PASSWORD}@host` })',
  "pilots({ launch: ssh('ada@lab3', { identity: '~/.ssh/lab' }), tokenizer: 'bert' })",
])('run takes a module with %s', async (executor) => {
  expect(await failureOfCode(executor)).toBe(1);
});
