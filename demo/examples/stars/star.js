import { construct, createRegistry, run, schedule, serialize } from 'somen/web';

class Star {
  constructor(type, number, luminosity) {
    this.type = type;
    this.number = number;
    this.luminosity = luminosity;
  }
  toString() {
    return this.type + this.number + this.luminosity;
  }
  [serialize](pack) {
    return pack(String(this));
  }
  static [construct](text) {
    return new Star(text[0], Number(text[1]), text.slice(2));
  }
}
const stars = createRegistry({ classes: { Star }, name: 'tutorial/stars' });

const cooler = schedule(function cooler(star) {
  return new Star(star.type, star.number + 1, star.luminosity);
});

const sun = new Star('G', 2, 'V');
export const json = stars.toJSON(sun); // '{"_somen":"1","type":"Star","data":"G2V"}'

const later = await run(cooler(cooler(sun)), { registry: stars });
export const name = String(later); // 'G4V'
export const isStar = later instanceof Star; // true
