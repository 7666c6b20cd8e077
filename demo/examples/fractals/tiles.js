// in a browser only: it sends its tiles to this page
import { run, schedule } from 'somen/web';

const [size, most] = [64, 300];

const steps = schedule(function steps(left, top) {
  return Float32Array.from({ length: size * size }, (_, i) => {
    const x = (left + (i % size)) / 76 - 2.4;
    const y = (top + Math.floor(i / size)) / 76 - 1.26;
    let [a, b, n] = [0, 0, 0];
    for (; n < most && a * a + b * b < 4; n++)
      [a, b] = [a * a - b * b + x, 2 * a * b + y];
    return n;
  });
});
const colour = schedule(function colour(counts) {
  const image = new ImageData(size, size);
  counts.forEach((n, i) => {
    const rgb = [9 * n, 80 + 5 * n, 60 + 2 * n, 255];
    image.data.set(n < most ? rgb : [0, 0, 0, 255], 4 * i);
  });
  return image;
});
const show = schedule(
  (image, x, y) => postMessage({ x, y, image }),
  { name: 'show', main: true, store: false },
);

const shown = [];
for (let y = 0; y < 192; y += size)
  for (let x = 0; x < 256; x += size)
    shown.push(show(colour(steps(x, y)), x, y));
await run(shown);
export const tiles = shown.length; // 12
