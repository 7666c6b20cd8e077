import { paintHills } from './hills.ts';
import { HEIGHT, WIDTH } from './include/settings.ts';
import { paintMoon } from './moon.ts';
import { picture } from './paint.ts';
import { paintSky } from './sky.ts';

paintSky();
paintMoon(360, 60);
paintHills();

console.log(`Hello! Here are ${WIDTH} times ${HEIGHT} pixels.`);
postMessage(picture);
