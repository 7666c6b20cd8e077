#!/usr/bin/env node
/**
 * Soba runs the commands of a graph whose edges tell which of them must not run at the same time, because they write to
 * the same file, say. Nothing tells their order: whatever may run, runs. `soba.mjs --help` tells how it is used.
 */
import { exec } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { failed, fancyDisplay, inline, maybe, plainDisplay, run, schedule, updateHints } from 'somen/node';

const HELP = `Usage: node soba.mjs [options] GRAPH.json

Runs the commands of a graph. It is a list of jobs, each with the names of those that it excludes:
  [{ "task": "a", "exclude": ["b"], "command": "echo a" }, { "task": "b", "exclude": [], "command": "echo b" }]

  -j N       run N commands at the same time; default: one a core
  --dumb     print lines without control codes
  --help     print this`;

/** @typedef {{ task: string | number, exclude: (string | number)[], command: string }} Job */

/** Runs a command of the shell. One that fails gives a failure as a value, so that the others go on. */
const execute = schedule(
  maybe(async function execute(name, command) {
    const start = performance.now();
    const { stdout } = await promisify(exec)(command, { maxBuffer: Infinity });
    return { output: stdout, start, end: performance.now() };
  }),
  { display: '{name}: {command}', confirm: true },
);

process.exitCode = await main();

/** @returns {Promise<number>} the exit code */
async function main() {
  const { options, path } = parse(process.argv.slice(2));
  if (options.help || path === undefined) {
    console.log(HELP);
    return options.help ? 0 : 2;
  }
  const jobs = readGraph(path);
  const results = await run(
    jobs.map((job) => updateHints(execute(String(job.task), job.command), { limits: edgesOf(job, jobs) })),
    {
      executor: inline({ concurrency: Number(options.jobs) }),
      display: (options.dumb ? plainDisplay : fancyDisplay)({
        stream: process.stdout,
        failures: false,
        summary: false,
      }),
    },
  );
  printOutputs(jobs, results);
  printTimeline(jobs, results);
  return results.some(failed) ? 1 : 0;
}

function parse(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        jobs: { type: 'string', short: 'j', default: String(availableParallelism()) },
        dumb: { type: 'boolean', default: !process.stdout.isTTY },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (!/^[1-9]\d{0,3}$/.test(values.jobs)) throw new Error(`Cannot run ${values.jobs} commands: give -j a number`);
    return { options: values, path: positionals[0] };
  } catch (error) {
    return stop(error.message);
  }
}

/** @returns {Job[]} */
function readGraph(path) {
  try {
    const jobs = JSON.parse(readFileSync(path, 'utf8'));
    const names = new Set(jobs.map(({ task }) => String(task)));
    if (names.size < jobs.length) throw new Error('two jobs have the same name');
    for (const { task, exclude } of jobs)
      for (const other of exclude)
        if (!names.has(String(other))) throw new Error(`${task} excludes ${other}, which is no job`);
    return jobs;
  } catch (error) {
    return stop(`Cannot use the graph ${path}: ${error.message}`);
  }
}

function stop(message) {
  console.error(message);
  process.exit(2);
}

/**
 * The edges that end at a job. Each is a limit, of which there is one: the job at one end takes it while it runs, so the
 * job at the other end waits. A job takes all of its edges or none, so that no two wait for each other.
 */
function edgesOf({ task, exclude }, jobs) {
  const neighbours = [
    ...exclude,
    ...jobs.filter((other) => other.exclude.map(String).includes(String(task))).map((other) => other.task),
  ];
  return neighbours.map((other) => [task, other].map(String).sort().join(' excludes '));
}

function printOutputs(jobs, results) {
  for (const [index, result] of results.entries()) {
    const text = failed(result) ? result.error.stderr || result.error.message : result.output;
    const head = `${jobs[index].task}${failed(result) ? ', failed' : ''}: `;
    if (text.trim() !== '') console.log(head + text.trim().replaceAll('\n', `\n${' '.repeat(head.length)}`));
  }
}

/** Draws who ran when, a line a job, in the order in which they began. */
function printTimeline(jobs, results) {
  const done = results.flatMap((result, index) =>
    failed(result) ? [] : [{ ...result, name: String(jobs[index].task) }],
  );
  if (done.length === 0) return;
  const first = Math.min(...done.map(({ start }) => start));
  const last = Math.max(...done.map(({ end }) => end));
  const column = (time) => Math.floor((59 * (time - first)) / (last - first));
  const width = Math.max(...done.map(({ name }) => name.length));
  console.log();
  for (const { name, start, end } of done.sort((a, b) => a.start - b.start))
    console.log(`${name.padEnd(width)} ${' '.repeat(column(start))}${'█'.repeat(column(end) - column(start) + 1)}`);
}
