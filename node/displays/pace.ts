/** How fast a run gets on, and how long it will still take if it goes on like that. */

/** Only what happened in the last so many milliseconds tells how fast it is now. */
const WINDOW = 10_000;
/** One look in so many milliseconds is kept: forty of them at most. */
const STEP = 250;
/** Before that, a guess would be a lie. */
const EARLIEST = 1500;

/** Watches a number grow. */
export class Pace {
  readonly #begin: number;
  #looks: { readonly time: number; readonly done: number }[];

  /** @param now - in milliseconds, as is every time here */
  constructor(now: number) {
    this.#begin = now;
    this.#looks = [{ time: now, done: 0 }];
  }

  /** How many a second there were lately; `undefined` while it is too early to tell. */
  rate(now: number, done: number): number | undefined {
    const last = this.#looks.at(-1);
    if (last === undefined || now - last.time >= STEP) {
      this.#looks.push({ time: now, done });
      const recent = this.#looks.findIndex(({ time }) => now - time <= WINDOW);
      if (recent > 0) this.#looks = this.#looks.slice(recent);
    }
    const [first] = this.#looks;
    if (first === undefined || now - this.#begin < EARLIEST || done <= first.done) return undefined;
    return ((done - first.done) * 1000) / (now - first.time);
  }
}

/** `35/s`, `12/min` */
export function rateText(perSecond: number): string {
  return perSecond >= 1 ? `${rounded(perSecond)}/s` : `${rounded(perSecond * 60)}/min`;
}

function rounded(number: number): string {
  return number >= 10 ? String(Math.round(number)) : number.toFixed(1).replace('.0', '');
}

/** `0.4 s`, `12 s`, `5 min 3 s`, `2 h 10 min`: short, and calm while it is drawn again and again. */
export function timeText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
