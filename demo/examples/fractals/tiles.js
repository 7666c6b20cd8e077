// in a browser only: it sends its tiles to this page
import { mapStream, schedule } from 'somen/web';

const [width, height, most] = [64, 48, 300];

const steps = schedule(function steps([left, top]) {
  return Float32Array.from({ length: width * height }, (_, i) => {
    const x = (left + (i % width)) / 76 - 2.4;
    const y = (top + Math.floor(i / width)) / 76 - 1.26;
    let [a, b, n] = [0, 0, 0];
    for (; n < most && a * a + b * b < 4; n++) [a, b] = [a * a - b * b + x, 2 * a * b + y];
    return n;
  });
});

const colour = schedule(function colour(counts) {
  const pixels = new Uint8ClampedArray(4 * counts.length).fill(255);
  counts.forEach((n, i) => {
    const inside = n === most;
    pixels.set(inside ? [0, 0, 0] : [9 * n, 80 + 5 * n, 60 + 2 * n], 4 * i);
  });
  return new ImageData(pixels, width);
});

const corners = Array.from({ length: 16 }, (_, i) => [(i % 4) * width, (i >> 2) * height]);
let index = 0;
for await (const image of mapStream((corner) => colour(steps(corner)), corners)) {
  const [x, y] = corners[index++];
  postMessage({ x, y, image });
}
