/** A store like that of a run, of jobs that nobody computes. */

/**
 * @param {number} count How many jobs: each of one of 997 tasks, with up to two inputs among the 120 before it.
 * @param {number} rate Events a second.
 */
export function syntheticStore(count, rate) {
  const began = Date.now();
  const jobs = Array.from({ length: count }, (_, job) => jobView(job, began));
  const parts = [{ root: count - 1, parent: undefined, jobs: jobs.map(({ job }) => job) }];
  const summary = { scheduled: count, ran: 0, attached: 0, retrieved: 0, failed: 0 };
  const workers = ['w1', 'w2', 'w3', 'w4'];
  const listeners = new Set();
  let snapshot;
  let version = 0;
  let timer;
  const take = () => ({
    version,
    status: 'running',
    startedAt: began,
    endedAt: undefined,
    summary: { ...summary },
    jobs: jobs.slice(),
    parts,
    workers,
    log: [],
    error: undefined,
  });
  let next = 0;
  const running = [];
  const step = () => {
    const time = Date.now();
    if (running.length < 8 && next < count) {
      const job = next++;
      const worker = workers[job % workers.length];
      jobs[job] = { ...jobs[job], state: 'running', startedAt: time, worker, attempts: 1 };
      running.push(job);
    } else if (running.length > 0) {
      const job = running.shift();
      const state = job % 331 === 5 ? 'failed' : 'done';
      jobs[job] = { ...jobs[job], state, endedAt: time, duration: time - jobs[job].startedAt };
      summary.ran++;
    }
    version++;
  };
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => (snapshot ??= take()),
    start() {
      let last = performance.now();
      timer = setInterval(() => {
        for (; last + 1000 / rate <= performance.now(); last += 1000 / rate) step();
        snapshot = undefined;
        for (const listener of listeners) listener();
      }, 16);
    },
    stop: () => clearInterval(timer),
  };
}

function jobView(job, began) {
  const inputs = [];
  for (let argument = 0; job >= 40 && argument < 1 + (job % 2); argument++)
    inputs.push({ job: job - 1 - ((job * 7919 + argument * 104_729) % Math.min(job, 120)), argument });
  return {
    job,
    name: `task/t${job % 997}`,
    key: undefined,
    builtIn: false,
    inputs,
    args: inputs.map(() => undefined),
    part: 0,
    state: 'waiting',
    worker: undefined,
    scheduledAt: began,
    startedAt: undefined,
    endedAt: undefined,
    duration: undefined,
    attempts: 0,
    into: undefined,
    value: undefined,
    error: undefined,
  };
}
