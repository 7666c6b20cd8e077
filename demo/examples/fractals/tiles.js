// in a browser only: it sends its tiles to this page
import { run, schedule } from 'somen/web';

const [width, height, most] = [64, 48, 300];

const steps = schedule(function steps([left, top]) {
  const counts = new Float32Array(width * height);
  for (let i = 0; i < counts.length; i++) {
    const x = (left + (i % width)) / 76 - 2.4;
    const y = (top + Math.floor(i / width)) / 76 - 1.26;
    let [a, b, n] = [0, 0, 0];
    for (; n < most && a * a + b * b < 4; n++)
      [a, b] = [a * a - b * b + x, 2 * a * b + y];
    counts[i] = n;
  }
  return counts;
});
const colour = schedule(function colour(counts) {
  const image = new ImageData(width, height);
  for (const [i, n] of counts.entries()) {
    const rgb = [9 * n, 80 + 5 * n, 60 + 2 * n];
    const black = n === most;
    image.data.set(
      black ? [0, 0, 0, 255] : [...rgb, 255],
      4 * i,
    );
  }
  return image;
});
const show = schedule(
  (image, [x, y]) => postMessage({ x, y, image }),
  { name: 'show', main: true, store: false },
);

const corners = Array.from({ length: 16 }, (_, i) => [
  (i % 4) * width,
  Math.floor(i / 4) * height,
]);
const shown = await run(
  corners.map((corner) => show(colour(steps(corner)), corner)),
);
export const tiles = shown.length;
