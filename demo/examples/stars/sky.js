import * as somen from 'somen/web';

// A picture of the sky: 8 MB, which travel as one number.
class Sky {
  constructor(seed) {
    const light = (_, i) => (i * seed) % 997;
    this.seed = seed;
    this.light = Float64Array.from({ length: 1e6 }, light);
  }
  [somen.serialize](pack) {
    return pack(this.seed, { ref: true });
  }
  static [somen.construct](seed) {
    console.log('A sky is rebuilt');
    return new Sky(seed);
  }
}
const registry = somen.createRegistry({
  classes: { Sky },
  name: 'tutorial/skies',
});

const expose = somen.schedule(function expose(seed) {
  return new Sky(seed);
});
const brightest = somen.schedule(function brightest(sky) {
  return sky.light.reduce((a, b) => Math.max(a, b));
});

export const text = registry.toJSON(new Sky(7));
const read = registry.fromJSON(text);
export const isPacked = read instanceof somen.Reference; // true

const most = brightest(expose(7));
export const light = await somen.run(most, { registry }); // 996
