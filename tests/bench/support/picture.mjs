/** Pictures of tables, as SVG: bars side by side, or lines on logarithmic scales. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

const FONT = { fontFamily: 'sans-serif', background: 'white' };

/**
 * The text of an SVG file.
 * @param {import('./bench.mjs').Picture} picture
 */
export function drawPicture({ kind, title, data }) {
  const { document } = parseHTML('<html><body></body></html>');
  const options = kind === 'bars' ? barsOf(data) : linesOf(data);
  const drawn = Plot.plot({ ...options, document, style: FONT });
  const svg = withLegend(drawn, kind === 'bars' ? [] : contestantsOf(data), title);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`;
}

const COLORS = [
  '#4e79a7',
  '#f28e2b',
  '#e15759',
  '#76b7b2',
  '#59a14f',
  '#edc948',
  '#b07aa1',
  '#ff9da7',
  '#9c755f',
  '#79706e',
  '#1f3b5c',
  '#8c564b',
  '#17becf',
];

function contestantsOf(data) {
  return [...new Set(data.map(({ contestant }) => contestant))];
}

function colorScale(data) {
  return { type: 'ordinal', domain: contestantsOf(data), range: COLORS };
}

function barsOf(data) {
  const lowest = Math.min(...data.map(({ value }) => value)) / 2;
  const contents = [...new Set(data.map(({ content }) => content))];
  return {
    width: 900,
    height: 60 + 17 * data.length + 30 * contents.length,
    marginLeft: 190,
    marginRight: 70,
    x: {
      type: 'log',
      label: 'milliseconds',
      grid: true,
      ticks: 6,
      tickFormat: String,
      domain: [lowest, 3 * Math.max(...data.map(({ value }) => value))],
    },
    y: { label: null, domain: contestantsOf(data) },
    fy: { axis: null, domain: contents, padding: 0.12 },
    color: colorScale(data),
    facet: { data, y: 'content', marginRight: 70 },
    marks: [
      Plot.barX(data, { x1: lowest, x2: 'value', y: 'contestant', fill: 'contestant' }),
      Plot.text(data, { x: 'value', y: 'contestant', text: (each) => label(each.value), dx: 4, textAnchor: 'start' }),
      Plot.text(contents, {
        fy: (each) => each,
        text: (each) => each,
        frameAnchor: 'top-left',
        dx: -180,
        dy: -16,
        fontWeight: 'bold',
      }),
    ],
  };
}

function label(value) {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}

function linesOf(data) {
  const facets = [...new Set(data.map(({ facet }) => facet))];
  return {
    width: facets.length > 1 ? 960 : 640,
    height: 420,
    marginLeft: 60,
    marginBottom: 45,
    x: { type: 'log', base: 4, label: 'size', grid: true, tickFormat: sizeText, ticks: sizesOf(data) },
    y: { type: 'log', label: 'milliseconds', grid: true, ticks: 6, tickFormat: String },
    ...(facets.length > 1 && { fx: { label: null, domain: facets } }),
    color: colorScale(data),
    marks: [
      Plot.frame({ stroke: '#ccc' }),
      Plot.lineY(data, { x: 'size', y: 'value', stroke: 'contestant', ...(facets.length > 1 && { fx: 'facet' }) }),
      Plot.dot(data, { x: 'size', y: 'value', fill: 'contestant', r: 2.5, ...(facets.length > 1 && { fx: 'facet' }) }),
    ],
  };
}

function sizesOf(data) {
  return [...new Set(data.map(({ size }) => size))].filter((_, index) => index % 2 === 0);
}

function sizeText(size) {
  return size >= 2 ** 20 ? `${size / 2 ** 20} MiB` : `${size / 1024} KiB`;
}

/** Title above and legend below, in one SVG: a page's legend would be HTML. */
function withLegend(svg, names, title) {
  const [width, height] = [Number(svg.getAttribute('width')), Number(svg.getAttribute('height'))];
  const columns = names.some((name) => name.length > 30) ? 1 : 3;
  const total = height + 46 + 18 * Math.ceil(names.length / columns);
  const entries = names.map((name, index) => {
    const x = 20 + (index % columns) * ((width - 40) / columns);
    const y = height + 44 + 18 * Math.floor(index / columns);
    const color = COLORS[index % COLORS.length];
    return `<rect x="${x}" y="${y - 9}" width="11" height="11" fill="${color}"/><text x="${x + 17}" y="${y}">${name}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}">`,
    '<rect width="100%" height="100%" fill="white"/>',
    `<text x="20" y="20" font-family="sans-serif" font-size="14" font-weight="bold">${title}</text>`,
    `<g transform="translate(0 30)">${svg.outerHTML}</g>`,
    `<g font-family="sans-serif" font-size="12">${entries.join('')}</g>`,
    '</svg>',
  ].join('\n');
}
