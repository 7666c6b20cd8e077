import type { Readable } from 'node:stream';
import { startChild } from './child.ts';

/** An X server that draws into memory. */
export interface VirtualDisplay {
  /** The value for `DISPLAY`, such as `:99`. */
  readonly name: string;
  readonly stop: () => Promise<void>;
}

/** Starts Xvfb, which picks a free display number itself and reports it once it takes connections. */
export async function startVirtualDisplay(xvfb: string): Promise<VirtualDisplay> {
  const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const child = await startChild(xvfb, args, ['ignore', 'ignore', 'ignore', 'pipe']);
  const number = await readLine(child.process.stdio[3] as Readable);
  return { name: `:${number}`, stop: child.stop };
}

async function readLine(pipe: Readable): Promise<string> {
  let text = '';
  for await (const chunk of pipe.setEncoding('utf8')) {
    text += String(chunk);
    if (text.endsWith('\n')) return text.trim();
  }
  throw new Error('Cannot start Xvfb: it ended before it reported a display');
}
