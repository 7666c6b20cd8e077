import { HEIGHT, SEED, WIDTH } from './include/settings.ts';
import { noise } from './noise.ts';
import { paint } from './paint.ts';

const STARS = 150;

export function paintSky(): void {
  for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < WIDTH; x++) paint(x, y, [18 + y / 3, 24 + y / 3, 64 + y / 2]);

  for (let star = 0; star < STARS; star++) {
    const x = Math.floor(noise(SEED + star) * WIDTH);
    const y = Math.floor(noise(SEED + star + 0.5) * HEIGHT * 0.7);
    paint(x, y, [255, 255, 255], noise(star));
  }
}
