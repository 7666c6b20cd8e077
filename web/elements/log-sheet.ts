import { sheetOf } from './sheets.ts';

/** The sheet of `<somen-log>`. */
export function logSheet(): CSSStyleSheet {
  return sheetOf(`
:host { height: 16rem; min-height: 6rem; }
:host(:not([hidden])) { display: flex; flex-direction: column; }
.filter { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; padding: 6px 8px; border-block-end: 1px solid var(--_border); }
input { flex: 1 1 8rem; min-inline-size: 0; padding: 3px 8px; }
select { padding: 3px; }
.scroller { flex: 1; min-block-size: 0; overflow: auto; overflow-anchor: none; }
.list { position: relative; }
.row { position: absolute; inset-inline: 0; min-block-size: 24px; }
.line { display: flex; align-items: center; gap: 8px; block-size: 24px; padding: 0 8px; white-space: pre; }
.row:hover, .selected { background: var(--_box); }
.selected { box-shadow: inset 3px 0 var(--_running); }
time { font-variant-numeric: tabular-nums; font-size: 12px; }
.mark { display: inline-flex; align-items: center; gap: 4px; inline-size: 6rem; flex: none; font-size: 12px; }
.text { overflow: hidden; text-overflow: ellipsis; }
button.toggle { min-inline-size: 20px; min-block-size: 20px; line-height: 1; padding: 0; }
.trail { padding: 0 8px 4px 32px; overflow-wrap: anywhere; }
.trail p { margin: 2px 0; }
pre { overflow: auto; margin: 4px 0; max-block-size: 12em; }
@media (max-width: 30rem) { time { display: none; } .mark { inline-size: auto; } }
`);
}
