// fails with: Cannot
import { run, schedule } from 'somen/web';

class Star {
  constructor(type, number, luminosity) {
    this.type = type;
    this.number = number;
    this.luminosity = luminosity;
  }
}

const older = schedule(function older(star) {
  return { ...star, number: star.number + 1 };
});

const rigel = new Star('B', 8, 'Ia');
export const later = await run(older(rigel));
