import { registry } from 'somen/web';

const show = (value) =>
  console.log(registry.toJSON(value, { indent: 2 }));

// What JSON knows stays what it is.
show(['plain data', 0, 1.3, null, { objects: 'too' }]);

// All else says what it is.
show(new Set([1, 2, 3]));
show(new Map([['sun', new Float32Array([1, 5778])]]));

const text = registry.toJSON(new Date(0));
export const back = registry.fromJSON(text).getTime(); // 0
