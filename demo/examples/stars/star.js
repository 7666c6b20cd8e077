import * as somen from 'somen/web';

class Star {
  constructor(type, number, luminosity) {
    this.type = type;
    this.number = number;
    this.luminosity = luminosity;
  }
  toString() {
    return this.type + this.number + this.luminosity;
  }
  [somen.serialize](pack) {
    return pack(String(this));
  }
  static [somen.construct](text) {
    return new Star(text[0], Number(text[1]), text.slice(2));
  }
}
const registry = somen.createRegistry({
  classes: { Star },
  name: 'tutorial/stars',
});

const cooler = somen.schedule(function cooler(star) {
  return new Star(star.type, star.number + 1, star.luminosity);
});

const sun = new Star('G', 2, 'V');
console.log(registry.toJSON(sun, { indent: 2 }));

const workflow = cooler(cooler(sun));
const later = await somen.run(workflow, { registry });
export const name = String(later); // 'G4V'
export const isStar = later instanceof Star; // true
