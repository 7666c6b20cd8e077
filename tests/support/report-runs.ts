/** Reading what stands in a report's page. */
import { readFile } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import type { ReportedRun } from 'somen/node';

/** The runs of a page, in their order. */
export async function runsInPage(path: string): Promise<readonly ReportedRun[]> {
  const html = await readFile(path, 'utf8');
  return [...html.matchAll(/class="run">([^<]*)</g)].map(
    ([, packed = '']) => JSON.parse(inflateSync(Buffer.from(packed, 'base64')).toString()) as ReportedRun,
  );
}
