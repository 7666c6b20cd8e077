/**
 * Makes a moving picture of a program on a terminal: `node tests/pictures/terminal.mjs OUT.svg COLUMNS ROWS LABEL ARGUMENT...`
 * starts Node with the arguments, on a pseudo terminal, and draws what that shows, as it goes on. Needs `python3`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';

/** The shortest time that a frame is shown, in milliseconds. */
const FRAME = 120;
/** How long the last frame is shown. */
const LAST_TIME = 4000;
/** In pixels. */
const CELL = { width: 8.4, height: 19 };
const MARGIN = 14;

/** The sixteen colours of a terminal, on a dark ground. */
const COLOURS = [
  '#3b4252 #e06c75 #8ccf7e #e5c07b #67b0e8 #c47fd5 #6cbfbf #d8dee9',
  '#7b8696 #ef7e7e #96d988 #f4d67a #71baf2 #ce89df #67cbe7 #eceff4',
]
  .join(' ')
  .split(' ');

await main(process.argv.slice(2));

async function main([target = '', columns = '80', rows = '24', label = '', ...args]) {
  const size = { columns: Number(columns), rows: Number(rows) };
  const { frames, end } = await record(args, size);
  await writeFile(target, pictureOf(frames, end, size, label));
}

/** Runs the program; gives what was on the screen from when on, in milliseconds. */
async function record(args, { columns, rows }) {
  const program = fileURLToPath(new URL('../support/pseudo_terminal.py', import.meta.url));
  const { NO_COLOR: _, CI: _ci, ...env } = process.env;
  const child = spawn('python3', [program, String(columns), String(rows), process.execPath, ...args], {
    env: { ...env, TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const frames = [{ time: 0, lines: screenOf(terminal) }];
  const begin = performance.now();
  let written = Promise.resolve();
  child.stdout.on('data', (data) => {
    const time = performance.now() - begin;
    written = new Promise((resolve) =>
      terminal.write(data, () => {
        frames.push({ time, lines: screenOf(terminal) });
        resolve();
      }),
    );
  });
  await once(child, 'close');
  await written;
  return { frames: sampled(frames), end: performance.now() - begin + LAST_TIME };
}

/** No more frames than one sees: of those that follow each other fast, the last one. */
function sampled(frames) {
  const kept = [];
  for (const frame of frames) {
    const last = kept.at(-1);
    if (last !== undefined && last.lines.join('\n') === frame.lines.join('\n')) continue;
    if (kept.length > 1 && frame.time - last.time < FRAME) kept[kept.length - 1] = { ...frame, time: last.time };
    else kept.push(frame);
  }
  return kept;
}

/** The lines of a screen, each as the inside of a `text` element. */
function screenOf({ buffer: { active }, rows, cols }) {
  return Array.from({ length: rows }, (_, row) => lineOf(active.getLine(active.baseY + row), cols));
}

function lineOf(line, columns) {
  let pieces = [];
  for (let column = 0; column < columns; column++) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const look = lookOf(cell);
    const last = pieces.at(-1);
    const text = cell.getChars() || ' ';
    if (last?.look === look) last.text += text;
    else pieces.push({ look, text, column });
  }
  while (pieces.at(-1)?.text.trim() === '' && pieces.at(-1)?.look === '') pieces = pieces.slice(0, -1);
  return pieces
    .map(({ look, text, column }) => `<tspan x="${(column * CELL.width).toFixed(1)}"${look}>${escaped(text)}</tspan>`)
    .join('');
}

function lookOf(cell) {
  const colour = cell.isFgPalette() ? COLOURS[cell.getFgColor()] : undefined;
  const fill = colour === undefined ? '' : ` fill="${colour}"`;
  return `${fill}${cell.isBold() ? ' font-weight="bold"' : ''}${cell.isDim() ? ' opacity="0.65"' : ''}`;
}

function escaped(text) {
  return text.trimEnd().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(' ', '\u00a0') || '\u00a0';
}

/** An SVG whose frames are shown one after another, over and over; still, where motion is not wanted. */
function pictureOf(frames, end, { columns, rows }, label) {
  const width = Math.round(columns * CELL.width + 2 * MARGIN);
  const height = Math.round(rows * CELL.height + 2 * MARGIN + 22);
  const known = new Map();
  for (const { lines } of frames)
    for (const line of lines) if (line !== '' && !known.has(line)) known.set(line, known.size);
  const defs = [...known].map(([line, index]) => `<text id="l${index}">${line}</text>`);
  const drawn = frames.map(({ lines }, index) => {
    const uses = lines.flatMap((line, row) =>
      line === '' ? [] : `<use href="#l${known.get(line)}" y="${(row + 1) * CELL.height}"/>`,
    );
    return `<g class="f" id="f${index}">${uses.join('')}</g>`;
  });
  const percent = (time) => `${((100 * time) / end).toFixed(3)}%`;
  const rules = frames.map(({ time }, index) => {
    const until = frames[index + 1]?.time;
    const hidden = until === undefined ? '' : `${percent(until)}{visibility:hidden}`;
    return `@keyframes k${index}{0%{visibility:${time === 0 ? 'visible' : 'hidden'}}${percent(time)}{visibility:visible}${hidden}}#f${index}{animation-name:k${index}}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#d8dee9;white-space:pre}.f{visibility:hidden;animation:${(end / 1000).toFixed(2)}s step-end infinite}#f${frames.length - 1}{visibility:visible}${rules.join('')}@media(prefers-reduced-motion:reduce){.f{animation:none}}</style>
<rect width="${width}" height="${height}" rx="8" fill="#1f242d"/><circle cx="18" cy="16" r="5" fill="#e06c75"/><circle cx="36" cy="16" r="5" fill="#e5c07b"/><circle cx="54" cy="16" r="5" fill="#8ccf7e"/>
<defs>${defs.join('')}</defs>
<g transform="translate(${MARGIN} ${MARGIN + 16})">${drawn.join('')}</g>
</svg>
`;
}
