/** The number of processors that `where` was told to ask for, which is how many jobs a pilot runs at the same time. */
export function checkedSlots(where: string, cpus = 1): number {
  if (Number.isInteger(cpus) && cpus >= 1) return cpus;
  throw new RangeError(`Cannot ask for ${String(cpus)} processors: cpus of ${where} must be a whole number from 1`);
}
