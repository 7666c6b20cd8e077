/** What measurements are worth: mean, scatter, and the line through them. */

/** A quantity that was measured several times. */
export interface Measured {
  readonly mean: number;
  /** The standard deviation, as of the whole population: 0 for a single measurement. */
  readonly deviation: number;
}

/** The mean and the scatter of measurements, of which there is one at least. */
export function summary(values: readonly number[]): Measured {
  const mean = average(values);
  return { mean, deviation: Math.sqrt(average(values.map((value) => (value - mean) ** 2))) };
}

/** A straight line: y = `slope` x + `intercept`. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * The line through points for which the squares of the vertical distances add up to the least.
 *
 * @param points - pairs of x and y
 * @returns `undefined` where there are no two points with different x
 */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line | undefined {
  const x = average(points.map(([each]) => each));
  const y = average(points.map(([, each]) => each));
  let square = 0;
  let product = 0;
  for (const [px, py] of points) {
    square += (px - x) ** 2;
    product += (px - x) * (py - y);
  }
  if (points.length === 0 || square === 0) return undefined;
  return { slope: product / square, intercept: y - (product / square) * x };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
