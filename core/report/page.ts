/** The page of a report: one file, which shows what stands in it. */
import { deflated } from './deflate.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from './page.generated.ts';
import type { ReportDocument, ReportedRun } from './report-data.ts';

/** How much of a key stands in a page: enough to ask for it, and not most of the file. */
const KEY_LENGTH = 16;

/**
 * The page of a report. It needs `DecompressionStream` to show it, as all browsers have it since 2023.
 * @param document - one or several runs
 */
export async function pageOf({ runs, omitted }: ReportDocument): Promise<string> {
  const packed: string[] = [];
  for (const run of runs) packed.push(await packedRun(run));
  return pageOfRuns(packed, titleOf(runs.at(-1)), omitted);
}

/** A run as it stands in a page. */
export function packedRun(run: ReportedRun): Promise<string> {
  const key = run.jobs.key.map((each) => each?.slice(0, KEY_LENGTH) ?? null);
  return deflated(JSON.stringify({ ...run, jobs: { ...run.jobs, key } }));
}

/** What a page is called that shows a run last. */
export function titleOf(run: ReportedRun | undefined): string {
  const name = /[^/\\]+$/.exec(run?.about.program ?? '')?.[0];
  return name === undefined ? 'Report of a run' : `Report: ${name}`;
}

/** The page of runs that were packed before. */
export function pageOfRuns(packed: readonly string[], title: string, omitted = 0): string {
  const data = packed.map((text) => `<script type="application/octet-stream" class="run">${text}</script>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<meta name="generator" content="somen">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}</style>
</head>
<body>
<main id="report" data-omitted="${omitted}" aria-busy="true"><h1>${escaped(title)}</h1><p id="loading">Reading what ran ...</p></main>
<noscript>This report draws itself by a script that stands in this file. Please allow it.</noscript>
${data.join('\n')}
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
