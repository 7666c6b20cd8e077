/** Runs the program that was built, in a worker of its own: it may do what it likes there, even loop for ever. */

/** How long a program may run, in milliseconds. */
const TIME = 10_000;

/** What a program can do: write lines, and send a picture. */
export interface ProgramEvents {
  readonly onLine: (text: string) => void;
  readonly onPicture: (picture: ImageData) => void;
}

type Message = { readonly line: string } | { readonly end: true } | ImageData;

/** Before the program: its console, as text, goes to the page. */
const BEFORE = `for (const name of ['log', 'info', 'warn', 'error'])
  console[name] = (...values) => postMessage({ line: values.map(String).join(' ') });
`;
const AFTER = `;postMessage({ end: true });`;

/** Runs a script to its end. @throws (rejects) where it throws, or takes more than ten seconds */
export async function runProgram(script: string, { onLine, onPicture }: ProgramEvents): Promise<void> {
  const url = URL.createObjectURL(new Blob([BEFORE, script, AFTER], { type: 'text/javascript' }));
  const worker = new Worker(url, { name: 'hello' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`It was stopped after ${TIME / 1000} seconds`)), TIME);
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      });
      worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
        if (data instanceof ImageData) onPicture(data);
        else if ('line' in data) onLine(data.line);
        else if ('end' in data) resolve();
      });
    });
  } finally {
    clearTimeout(timer);
    worker.terminate();
    URL.revokeObjectURL(url);
  }
}
