import { sheetOf } from './sheets.ts';

/** The sheet of `<somen-timeline>`. */
export function timelineSheet(): CSSStyleSheet {
  return sheetOf(`
.scroller { max-block-size: var(--somen-timeline-height, 20rem); overflow-y: auto; }
canvas { display: block; inline-size: 100%; touch-action: pan-y; cursor: crosshair; }
.foot { display: flex; align-items: flex-start; gap: 8px; padding: 4px 8px 4px 0; border-block-start: 1px solid var(--_border); }
.tools { display: flex; gap: 4px; }
.tip { position: absolute; inset-block-start: 0; inset-inline-start: 0; padding: 2px 8px; pointer-events: none; white-space: nowrap;
  background: var(--_text); color: var(--_surface); border-radius: 4px; }
.tip[hidden], .details[hidden] { display: none; }
.details { padding: 8px 12px; border-block-start: 1px solid var(--_border); overflow-wrap: anywhere; }
h3 { margin: 0 32px 4px 0; font-weight: 600; }
p { margin: 4px 0; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 0; }
dt { color: var(--_muted); }
dd { margin: 0; min-inline-size: 0; }
.line { display: inline-flex; align-items: center; gap: 6px; }
.close { float: inline-end; }
pre { overflow: auto; margin: 4px 0; max-block-size: 10em; }
details { flex: 1; min-inline-size: 0; }
summary { padding: 4px 12px; cursor: pointer; color: var(--_muted); }
.table { max-block-size: 16rem; overflow: auto; padding: 0 12px 8px; }
table { border-collapse: collapse; margin-block-end: 8px; inline-size: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: start; font-weight: 600; }
th, td { text-align: start; padding: 1px 12px 1px 0; font-weight: normal; }
th { color: var(--_muted); }
`);
}
