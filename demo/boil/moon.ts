import { paint } from './paint.ts';
import type { Colour } from './include/settings.ts';

const COLOUR: Colour = [250, 240, 205];
const RADIUS = 26;

export function paintMoon(left: number, top: number): void {
  for (let y = -RADIUS; y <= RADIUS; y++)
    for (let x = -RADIUS; x <= RADIUS; x++) {
      const distance = Math.hypot(x, y);
      // The edge is soft.
      if (distance < RADIUS) paint(left + x, top + y, COLOUR, Math.min(1, RADIUS - distance));
    }
}
