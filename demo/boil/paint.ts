import { HEIGHT, WIDTH, type Colour } from './include/settings.ts';

export const picture: ImageData = new ImageData(WIDTH, HEIGHT);

/** Paints a pixel. With a strength below 1, what was there shines through. */
export function paint(x: number, y: number, colour: Colour, strength = 1): void {
  const start = 4 * (y * WIDTH + x);
  colour.forEach((value, channel) => {
    const old = picture.data[start + channel] ?? 0;
    picture.data[start + channel] = old + (value - old) * strength;
  });
  picture.data[start + 3] = 255;
}
