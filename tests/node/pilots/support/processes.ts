/** The process of a worker's pilot: `host:pid/n`. */
export function pidOf(worker: string): number {
  return Number(/:(\d+)\//.exec(worker)?.[1]);
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
