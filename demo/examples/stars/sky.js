import { construct, createRegistry, run, schedule, serialize } from 'somen/web';

// A picture of the sky: 8 MB of numbers. It travels as its seed alone.
class Sky {
  constructor(seed) {
    this.seed = seed;
    this.light = Float64Array.from({ length: 1e6 }, (_, i) => (i * seed) % 997);
  }
  [serialize](pack) {
    return pack(this.seed, { ref: true });
  }
  static [construct](seed) {
    console.log('A sky is rebuilt');
    return new Sky(seed);
  }
}
const skies = createRegistry({ classes: { Sky }, name: 'tutorial/skies' });

const expose = schedule(function expose(seed) {
  return new Sky(seed);
});
const brightest = schedule(function brightest(sky) {
  return sky.light.reduce((most, value) => Math.max(most, value));
});

export const text = skies.toJSON(new Sky(7));
export const kind = skies.fromJSON(text).constructor.name; // 'Reference'
export const most = await run(brightest(expose(7)), { registry: skies }); // 996
