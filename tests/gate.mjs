// The one gate before every commit, and what CI runs: `npm test`. Plain JavaScript, because it runs before the build.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, 'node_modules', '.cache', 'somen');
/** No step takes half as long: one that does hangs, and CI should say which before its own time is over. */
const STEP_TIMEOUT = 25 * 60_000;

/**
 * What tests a step ran.
 * @typedef {{ passed: number, failed: number, skipped: number }} Count
 */

/** @type {{ name: string, about: string, run: () => Promise<Count | void> }[]} */
const steps = [
  { name: 'build', about: 'compile everything', run: () => npm('run', '--silent', 'build') },
  { name: 'format', about: 'oxfmt --check', run: () => tool('oxfmt', '--check') },
  { name: 'lint', about: 'oxlint with types', run: () => tool('oxlint') },
  { name: 'knip', about: 'unused files, exports, dependencies', run: () => tool('knip', '--no-progress') },
  { name: 'node', about: 'the tests in this Node', run: () => vitest('node') },
  { name: 'machines', about: 'the tests of what goes beyond one machine', run: () => vitest('machines') },
  { name: 'package', about: 'the tests of the packed tarball', run: () => vitest('package') },
  { name: 'chromium', about: 'the tests in Chromium, brought if missing', run: testInChromium },
  { name: 'firefox', about: 'the tests in Firefox, if installed', run: () => testIn('firefox') },
  { name: 'webkit', about: 'the tests in WebKitGTK, if installed', run: () => testIn('webkit') },
  { name: 'node24', about: 'the tests of Node again in Node 24', run: testInNode24 },
];

const { values, positionals } = parseArgs({
  options: { help: { type: 'boolean', short: 'h', default: false } },
  allowPositionals: true,
});
if (values.help) printHelp();
else process.exitCode = await runGate(positionals);

function printHelp() {
  const lines = steps.map(({ name, about }) => `  ${name.padEnd(10)}${about}`);
  console.log(`node tests/gate.mjs [step...]\n\nAll steps, or those named, in this order:\n${lines.join('\n')}`);
}

/** @param {string[]} names */
async function runGate(names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(`Cannot run the gate: it has no step '${unknown.join("', '")}', see --help`);
    return 2;
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const step of steps.filter(({ name }) => names.length === 0 || names.includes(name))) {
    if (!(await runStep(step, total))) return 1;
  }
  if (names.length === 0) console.log(closingLine(total));
  return 0;
}

/**
 * @param {typeof steps[number]} step
 * @param {Count} total takes up what the step counted
 */
async function runStep(step, total) {
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  console.log(`\n> ${step.name}: ${step.about}`);
  try {
    const count = await step.run();
    if (count) for (const key of ['passed', 'failed', 'skipped']) total[key] += count[key];
    console.log(`> ${step.name}: passed in ${seconds()}`);
    return true;
  } catch (error) {
    console.error(`> ${step.name}: FAILED after ${seconds()}: ${error.message}`);
    return false;
  }
}

/** @param {Count} total */
function closingLine({ passed, failed, skipped }) {
  return `\nsomen: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

async function testInChromium() {
  const { ensureChromium } = await import('../dist/tests/support/ensure-chromium.js');
  // Here and not first inside vitest, whose patience with a browser is shorter than an installation.
  process.env.SOMEN_CHROMIUM = await ensureChromium();
  console.log(`Chromium: ${process.env.SOMEN_CHROMIUM}`);
  return testIn('chromium');
}

/** @param {'chromium' | 'firefox' | 'webkit'} name */
async function testIn(name) {
  const { chosenEngines } = await import('../dist/tests/support/engines.js');
  if (chosenEngines().some((engine) => engine.name === name)) return vitest(name);
  console.log(`${name} is not installed, or SOMEN_BROWSERS leaves it out`);
}

async function testInNode24() {
  const home = join(cache, 'node-24');
  const program = join(home, 'node_modules', 'node', 'bin', 'node');
  if (!(await exists(program))) {
    await mkdir(home, { recursive: true });
    // The package fetches the binary for this platform in an install script, which npm 11 runs only when allowed.
    await writeFile(join(home, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
    await run('npm', ['install', '--no-save', '--no-package-lock', 'node@24'], home);
  }
  return vitest('node-again', program);
}

/**
 * Runs one of vitest's projects.
 * @param {string} project
 * @param {string} node
 * @returns {Promise<Count>}
 */
async function vitest(project, node = process.execPath) {
  const report = join(cache, 'report.json');
  await rm(report, { force: true });
  const cli = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const options = ['--config', 'tests/vitest.config.ts', '--project', project];
  await run(node, [cli, 'run', ...options, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(await readFile(report, 'utf8'));
  if (numPassedTests === 0) throw new Error('no test was executed');
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
}

/** @param {string[]} args */
function npm(...args) {
  return run('npm', args);
}

/**
 * A command line tool among the development dependencies.
 * @param {string} name
 * @param {string[]} args
 */
function tool(name, ...args) {
  return run(join(root, 'node_modules', '.bin', name), args);
}

/**
 * @param {string} program
 * @param {string[]} args
 */
async function run(program, args, cwd = root) {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], timeout: STEP_TIMEOUT });
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(signal ? `stopped by ${signal}` : `exit code ${code}`);
}

/** @param {string} path */
function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
