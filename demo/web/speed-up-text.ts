/** What measurements of the speed-up say. */
import type { Timing } from './speed-up.ts';

/** What is measured, with its colour and shape in the plot. */
export const KINDS = [
  { language: 'JavaScript', style: 0 },
  { language: 'WebAssembly', style: 1 },
] as const;

/** Compared with one worker, which was measured first. */
export function speedUp([first]: readonly Timing[], { duration }: Timing): number {
  return first === undefined ? 1 : first.duration / duration;
}

/** What the largest pools came to. */
export function gain(measured: readonly (readonly Timing[])[]): string {
  const parts = measured.flatMap((each, index) => {
    const last = each.at(-1);
    if (last === undefined) return [];
    const factor = speedUp(each, last).toFixed(2);
    return [`${KINDS[index]?.language}: ${factor} times as fast with ${workersText(last.size)}.`];
  });
  return parts.join(' ') || 'Nothing is measured yet.';
}

/** Whether all pools came to the same sums and, where it can be known, to the right ones. */
export function verdict(measured: readonly Timing[][], areRight?: (sums: readonly number[]) => boolean): string {
  const [first = [], ...others] = measured.flat().map(({ sums }) => sums);
  const agree = others.every((sums) => sums.every((sum, index) => sum === first[index]));
  if (!agree) return 'But they do not agree on the sums.';
  if (areRight === undefined) return `All ${first.length} sums are the same each time.`;
  return areRight(first)
    ? `All ${first.length} sums are those that the tutorial prints.`
    : 'But the sums are not those that the tutorial prints.';
}

/** 1, 2, 3 and so on up to the number of cores; with many cores, sixteen of these. */
export function poolSizes(cores: number): number[] {
  const step = Math.max(1, (cores - 1) / 15);
  return Array.from({ length: Math.min(cores, 16) }, (_, index) => Math.round(1 + index * step));
}

/** `1 worker`, `2 workers` */
export function workersText(size: number): string {
  return size === 1 ? '1 worker' : `${size} workers`;
}
