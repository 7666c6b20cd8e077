/** The real scheduler, its driver and its pool of workers, on workers and time that are not. */
import { createRuntime, schedule, type Executor } from 'somen/node';
import { pool } from './parts.js';
import { VirtualClock } from './virtual-clock.js';
import { VirtualWorker, type VirtualWorld } from './virtual-worker.js';

/** What is simulated. */
export interface Simulation {
  readonly workers: number;
  readonly jobs: number;
  /** How long a job takes, in milliseconds, by its number. */
  readonly duration: (job: number) => number;
  /** How long a message is under way, in milliseconds. @default 0.25 */
  readonly latency?: number;
  /** Whether memory is measured, which takes `--expose-gc`. It drops compiled code, so CPU time is measured without. @default false */
  readonly weighs?: boolean;
}

/** How that went. */
export interface Simulated {
  /** When the run was over, in virtual milliseconds. */
  readonly makespan: number;
  /** When it could have been over if all workers had always been at work. */
  readonly lowerBound: number;
  /** Messages that workers were sent, and sent. */
  readonly toWorkers: number;
  readonly toScheduler: number;
  /** What the process has computed for that, in microseconds a job: the scheduler, and the simulation itself. */
  readonly cpu: number;
  /** What the heap has grown by, in bytes a job: with the workflow, and half-way through the run. 0 where it was not measured. */
  readonly workflowBytes: number;
  readonly halfWayBytes: number;
}

const work = schedule((job: number) => job, { name: 'simulation/work' });

/** Runs independent jobs. @throws Error where a result is wrong */
export async function simulate({
  workers,
  jobs,
  duration,
  latency = 0.25,
  weighs = false,
}: Simulation): Promise<Simulated> {
  const world: VirtualWorld = {
    clock: new VirtualClock(),
    latency,
    duration,
    counts: { toWorkers: 0, toScheduler: 0, results: 0 },
  };
  await using runtime = createRuntime({ executor: virtualPool(world, workers), display: false });
  const heapUsed = weighs ? collectAndWeigh : () => 0;
  const before = heapUsed();
  const calls = Array.from({ length: jobs }, (_, job) => work(job));
  const built = heapUsed();
  const start = cpuTime();
  const run = runtime.run(calls);
  let results: readonly number[] | undefined;
  void run.then((values) => (results = values));
  let halfWay = built;
  for (let steps = 1; results === undefined; steps++) {
    await settled(() => run.summary.ran >= world.counts.results);
    if (results === undefined && !world.clock.step() && steps > 10)
      throw new Error('The simulation has come to a halt');
    if (steps === Math.ceil(jobs / 2)) halfWay = heapUsed();
  }
  const cpu = cpuTime() - start;
  const wrong = results.findIndex((value, job) => value !== job);
  if (wrong >= 0 || results.length !== jobs) throw new Error(`The result of job ${wrong} is ${results[wrong]}`);
  return {
    makespan: world.clock.now,
    lowerBound: lowerBound(workers, jobs, duration),
    toWorkers: world.counts.toWorkers,
    toScheduler: world.counts.toScheduler,
    cpu: cpu / jobs,
    workflowBytes: (built - before) / jobs,
    halfWayBytes: (halfWay - before) / jobs,
  };
}

function virtualPool(world: VirtualWorld, workers: number): Executor {
  let free = workers;
  return new pool.WorkerPool({
    name: 'virtual',
    imports: true,
    idleTimeout: 60_000,
    later: world.clock.later,
    supply: {
      most: workers,
      get free() {
        return free;
      },
      spawn: (_name, scheduler) => {
        free--;
        return new VirtualWorker(world, scheduler);
      },
    },
  });
}

/** Waits until the scheduler has done all that it can do now. It lets other work in when it has gone on for long. */
async function settled(hasTakenAll: () => boolean): Promise<void> {
  await macrotask();
  while (!hasTakenAll()) await macrotask();
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** No schedule ends earlier: not before the work is shared out evenly, nor before the longest job. */
function lowerBound(workers: number, jobs: number, duration: (job: number) => number): number {
  let total = 0;
  let longest = 0;
  for (let job = 0; job < jobs; job++) {
    total += duration(job);
    longest = Math.max(longest, duration(job));
  }
  return Math.max(total / workers, longest);
}

/** Of all threads of the process, in microseconds. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function collectAndWeigh(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
