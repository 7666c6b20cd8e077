import { atMost, figure, times } from '../support/bench.mjs';
import { contents } from './contents.mjs';

const MODULE = new URL('in-node.mjs', import.meta.url);
/** Against a copy of the memory, for each pass over it. */
const MEMCPY_GOAL = 1.1;
/** Against msgpackr, for small objects. */
const OBJECTS_GOAL = 1.5;

/** @type {import('../support/bench.mjs').Bench} */
export const values = {
  name: 'values',
  about: 'values encoded, decoded and keyed, beside other serialisers',
  async run({ quick, rounds }, lab) {
    const measured = [];
    for (const [index, { name }] of contents(quick).entries())
      measured.push({ name, ...(await lab.inNode(MODULE, 'measureContent', { index, quick, rounds })) });
    const limit = quick ? 2 ** 20 : 2 ** 28;
    const bySize = (kind, largest) =>
      lab.inNode(MODULE, 'measureSizes', { kind, rounds, sizes: powersOf4(largest).map(Number) });
    const arrays = await bySize('array', limit);
    const objects = await bySize('objects', Math.min(limit, 2 ** 24));
    const sha256 = await lab.inNode(MODULE, 'measureSha256', { rounds, sizes: powersOf4(limit) });
    return [
      contentsTable('encode', measured),
      contentsTable('decode', measured),
      sizeTable(measured),
      sizesTable('arrays', 'A Float64Array', arrays),
      sizesTable('objects', 'Small objects', objects),
      sha256Table(sha256),
    ];
  },
};

/** From 1 KiB on. */
function powersOf4(largest) {
  const sizes = [];
  for (let size = 1024; size <= largest; size *= 4) sizes.push(size);
  return sizes;
}

function contentsTable(what, measured) {
  const names = [...new Set(measured.flatMap((each) => Object.keys(each[what])))];
  const rows = names.map((name) => ({
    cells: [name, ...measured.map((each) => cellOf(each[what][name]))],
    goals: goalsOf(name, what, measured),
  }));
  if (what === 'encode')
    rows.push({ cells: ['key (digest)', ...measured.map(({ key }) => figure(key, 'ms'))], goals: [] });
  const data = names.flatMap((contestant) =>
    measured.flatMap((each) =>
      each[what][contestant] === undefined ? [] : [{ contestant, content: each.name, value: each[what][contestant] }],
    ),
  );
  return {
    title: `Values: ${what}`,
    note:
      what === 'encode'
        ? 'Blank: it cannot carry the value. structuredClone is there and back. The key is the SHA-256 of the canonical encoding.'
        : 'What was encoded above. `somen, binary` gives views.',
    columns: ['', ...measured.map(({ name }) => name)],
    rows,
    picture: { name: what, kind: 'bars', title: `Time to ${what}, in milliseconds (log scale)`, data },
  };
}

function cellOf(value) {
  return value === undefined ? undefined : figure(value, 'ms');
}

function goalsOf(name, what, [objects, , large]) {
  if (name === 'somen, canonical')
    return [
      atMost('objects / msgpackr', objects[what][name] / objects[what].msgpackr, OBJECTS_GOAL, 'x'),
      atMost('objects / its records', objects[what][name] / objects[what]['msgpackr, records'], OBJECTS_GOAL, 'x'),
    ];
  if (name === 'somen, binary in one piece' && what === 'encode')
    return [atMost('large array / memcpy', large[what][name] / large[what].memcpy, MEMCPY_GOAL, 'x')];
  return [];
}

function sizeTable(measured) {
  const names = [...new Set(measured.flatMap((each) => Object.keys(each.sizes)))].filter(
    (name) => name !== 'structuredClone' && name !== 'memcpy',
  );
  return {
    title: 'Values: size',
    note: 'With LZ4, only arrays of 1 KiB and more that shrink are compressed.',
    columns: ['', ...measured.map(({ name }) => name)],
    rows: names.map((name) => ({
      cells: [
        name,
        ...measured.map(({ sizes }) => (sizes[name] === undefined ? undefined : figure(sizes[name] / 1024, 'KiB'))),
      ],
    })),
  };
}

function sizesTable(name, title, measured) {
  const names = Object.keys(measured[0].encode);
  const data = measured.flatMap(({ size, encode, decode }) =>
    names.flatMap((contestant) => [
      { contestant, size, value: encode[contestant], facet: 'encode' },
      { contestant, size, value: decode[contestant], facet: 'decode' },
    ]),
  );
  return {
    title: `${title}, by size: encode + decode`,
    columns: ['size', ...names],
    rows: measured.map(({ size, encode, decode }) => ({
      cells: [
        sizeText(size),
        ...names.map((each) =>
          encode[each] === undefined ? undefined : figure(encode[each] + (decode[each] ?? 0), 'ms'),
        ),
      ],
    })),
    picture: {
      name,
      kind: 'lines',
      title: `${title}: time against size`,
      data: data.filter(({ value }) => value !== undefined),
    },
  };
}

function sizeText(size) {
  return size >= 2 ** 20 ? `${size / 2 ** 20} MiB` : `${size / 1024} KiB`;
}

/** The figure of seed 000: a line on a log-log scale, its slope, and what it says of the speed. */
function sha256Table(measured) {
  const names = Object.keys(measured[0]).filter((name) => name !== 'size');
  const fits = Object.fromEntries(names.map((name) => [name, fitOf(measured, name)]));
  return {
    title: 'SHA-256: time against size',
    note: 'Fitted from 64 KiB on, by least squares on the logarithms: the slope should be 1.',
    columns: ['', 'slope', 'GB/s', 'beside hash-wasm'],
    rows: names.map((name) => ({
      cells: [
        name,
        fits[name].slope.toFixed(3),
        figure(fits[name].speed, 'GB/s'),
        times(fits[name].speed / fits['hash-wasm'].speed),
      ],
    })),
    picture: {
      name: 'sha256',
      kind: 'lines',
      title: 'SHA-256: time against size',
      data: measured.flatMap(({ size, ...taken }) =>
        names.map((name) => ({
          contestant: `${name}: ${fits[name].speed.toPrecision(3)} GB/s, slope ${fits[name].slope.toFixed(2)}`,
          size,
          value: taken[name],
          facet: 'SHA-256',
        })),
      ),
    },
  };
}

function fitOf(measured, name) {
  const points = measured
    .filter(({ size }) => size >= 65_536)
    .map((each) => [Math.log(each.size), Math.log(each[name])]);
  const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const slope =
    points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) /
    points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  // Bytes a millisecond at the middle of the sizes, in GB/s.
  return { slope, speed: Math.exp(x - y) / 1e6 };
}
