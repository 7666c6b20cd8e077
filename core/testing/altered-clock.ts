/** Clocks that jump, in this thread. */
const YEAR_MS = 31_557_600_000;

/** Does something while `Date.now` tells a time that is so many years later, or earlier. */
export async function withClock(years: number, work: () => Promise<void>): Promise<void> {
  const { now } = Date;
  Date.now = () => now.call(Date) + years * YEAR_MS;
  try {
    await work();
  } finally {
    Date.now = now;
  }
}
