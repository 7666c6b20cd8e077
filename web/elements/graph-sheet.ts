import { STATES } from '../../core/drawing/counts.ts';
import { sheetOf } from './sheets.ts';

/** The sheet of `<somen-graph>`. */
export function graphSheet(): CSSStyleSheet {
  return sheetOf(`
:host { height: 24rem; min-height: 8rem; }
.stage { position: absolute; inset: 0; touch-action: none; cursor: grab; overflow: hidden; }
.stage:active { cursor: grabbing; }
.drawing, canvas { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
.tools { position: absolute; inset-block-start: 8px; inset-inline-end: 8px; display: flex; gap: 4px; }
.details { position: absolute; inset-block-end: 8px; inset-inline-end: 8px; inline-size: min(22rem, calc(100% - 16px));
  max-block-size: calc(100% - 56px); overflow: auto; padding: 8px 12px; background: var(--_surface); border: 1px solid var(--_border);
  border-radius: 8px; box-shadow: 0 4px 16px rgb(0 0 0 / 18%); overflow-wrap: anywhere; }
.details[hidden] { display: none; }
h3 { margin: 0 32px 4px 0; font-weight: 600; }
p { margin: 4px 0; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 0; }
dt { color: var(--_muted); }
dd { margin: 0; min-inline-size: 0; }
.line { display: inline-flex; align-items: center; gap: 6px; }
.close { float: inline-end; }
pre { overflow: auto; margin: 4px 0; max-block-size: 10em; }
text { font: 12px var(--somen-code-font, ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace); }
.label { fill: var(--_text); }
text.detail { fill: var(--_muted); font-size: 10px; }
.frame, .sheet { fill: var(--_box); stroke: var(--_border); stroke-width: 1.2; }
.own > .frame { stroke-dasharray: 4 3; }
.open > .frame { fill-opacity: 0.45; }
.edge { fill: none; stroke: var(--_line); stroke-width: 1.3; }
.edge.becomes { stroke-dasharray: 5 4; }
.head { fill: var(--_line); }
.sign, .toggle { fill: none; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.toggle { stroke: var(--_muted); }
${STATES.map(
  (state) =>
    `.${state} > .frame { stroke: var(--_${state}); } .sign.${state} { stroke: var(--_${state}); } .part.${state} { fill: var(--_${state}); }`,
).join('\n')}
.part.waiting { fill: var(--_border); }
.skipped > .label { opacity: 0.7; }
.selected > .frame { stroke-width: 2.6; stroke: var(--_text); }
.sign.running { fill: var(--_running); }
@media (prefers-reduced-motion: no-preference) {
  .sign.running { animation: pulse 1.4s ease-in-out infinite; }
  @keyframes pulse { 50% { opacity: 0.35; } }
}
`);
}
