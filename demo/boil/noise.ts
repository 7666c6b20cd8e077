/** Numbers that look random, but are the same each time. */
export function noise(index: number): number {
  const mixed = Math.sin(index * 127.1) * 43758.5453;
  return mixed - Math.floor(mixed);
}

/** A curve through such numbers. */
export function curve(x: number): number {
  const [before, part] = [Math.floor(x), x - Math.floor(x)];
  const weight = (1 - Math.cos(part * Math.PI)) / 2;
  return noise(before) * (1 - weight) + noise(before + 1) * weight;
}
