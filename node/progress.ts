import { consoleDisplay, type Display } from '../core/display.ts';
import type { RunSummary } from '../core/events.ts';

/** How often the line is drawn, in milliseconds. */
const INTERVAL = 100;

/** The part of a terminal that the line needs. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * One line that tells how far a run is, drawn over and over while it goes on and wiped at its end. It costs nothing
 * per job. What tasks log goes to the console, above it.
 *
 * @example
 * await run(workflow, { display: progressLine() });
 */
export function progressLine(stream: ProgressStream = process.stderr): Display {
  const text = consoleDisplay();
  const begin = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const wipe = (): void => void stream.write('\r\x1b[K');
  return {
    start(summary) {
      timer = setInterval(
        () =>
          stream.write(
            `\r\x1b[K${progressText(summary, performance.now() - begin).slice(0, (stream.columns || 80) - 1)}`,
          ),
        INTERVAL,
      );
      timer.unref();
    },
    log(event) {
      wipe();
      text.log(event);
    },
    warning(message) {
      wipe();
      text.warning(message);
    },
    end() {
      clearInterval(timer);
      wipe();
    },
  };
}

/** `12/20 jobs: 8 ran, 0 attached, 4 retrieved  3.2 s` */
function progressText(summary: RunSummary, milliseconds: number): string {
  const { scheduled, ran, attached, retrieved } = summary;
  return `${ran + attached + retrieved}/${scheduled} jobs: ${ran} ran, ${attached} attached, ${retrieved} retrieved  ${(milliseconds / 1000).toFixed(1)} s`;
}
