import { HEIGHT, SEED, WIDTH } from './include/settings.ts';
import { curve } from './noise.ts';
import { paint } from './paint.ts';

const ROWS = 4;

/** Rows of hills. Those in front are darker. */
export function paintHills(): void {
  for (let row = 0; row < ROWS; row++) {
    const light = 1 - row / ROWS;
    for (let x = 0; x < WIDTH; x++) {
      const top = HEIGHT * (0.45 + row * 0.13 + curve(SEED * 10 + row * 50 + x / 60) * 0.2);
      for (let y = Math.floor(top); y < HEIGHT; y++) paint(x, y, [20 + 40 * light, 45 + 60 * light, 60 + 55 * light]);
    }
  }
}
