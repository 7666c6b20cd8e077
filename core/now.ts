/** The time in milliseconds since 1970, with fractions: what events, histories and stores are dated with. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
