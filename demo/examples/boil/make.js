import { gather, run, schedule } from 'somen/web';

const files = {
  'colour.h': 'green',
  'bottles.c': 'Ten $colour.h bottles',
  'wall.c': 'on a $colour.h wall',
  'end.c': 'hang',
};
const HEADER = /\$([\w.]+)/g;

const compile = schedule(function compile(text, headers) {
  return text.replaceAll(HEADER, (_, name) => headers[name]);
});
const link = schedule(function link(objects) {
  return objects.join(' ');
});

// A source goes to the compiler with the headers it needs.
function compiled(text) {
  const names = [...text.matchAll(HEADER)].map(
    ([, name]) => name,
  );
  const headers = names.map((name) => [name, files[name]]);
  return compile(text, Object.fromEntries(headers));
}

const sources = Object.keys(files).filter((name) =>
  name.endsWith('.c'),
);
const objects = sources.map((name) => compiled(files[name]));
export const program = await run(link(gather(...objects))); // 'Ten green bottles on a green wall hang'
