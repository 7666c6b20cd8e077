/** @param {readonly number[]} samples */
export function median(samples) {
  if (samples.length === 0) throw new RangeError('Cannot take the median of no samples');
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
