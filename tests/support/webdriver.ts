/** One browser window, steered over the W3C WebDriver protocol (https://www.w3.org/TR/webdriver2/). */
export interface WebDriverSession {
  readonly open: (url: string) => Promise<void>;
  /** Evaluates the body of an async function in the page. @returns what it returns, as JSON carries it */
  readonly evaluate: (body: string) => Promise<unknown>;
  /** Makes the window so large that the page has this size. */
  readonly resize: (width: number, height: number) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** How long a script in the page may take, in milliseconds: it may wait for workers on a busy machine. */
const SCRIPT_TIMEOUT = 120_000;

/**
 * Opens a browser through the driver that listens at `origin`.
 *
 * @throws {Error} with the driver's own error code and message.
 */
export async function startSession(origin: string): Promise<WebDriverSession> {
  const { sessionId } = (await call('POST', `${origin}/session`, { capabilities: {} })) as { sessionId: string };
  const session = `${origin}/session/${sessionId}`;
  await call('POST', `${session}/timeouts`, { script: SCRIPT_TIMEOUT });
  const evaluate = (body: string): Promise<unknown> =>
    call('POST', `${session}/execute/async`, { script: settling(body), args: [] }).then(unwrapped);
  return {
    open: async (url) => void (await call('POST', `${session}/url`, { url })),
    evaluate,
    async resize(width, height) {
      // The window has borders of a size that only the page knows.
      const set = (w: number, h: number): Promise<unknown> =>
        call('POST', `${session}/window/rect`, { width: w, height: h });
      await set(width, height);
      const [w, h] = (await evaluate('return [innerWidth, innerHeight]')) as [number, number];
      await set(2 * width - w, 2 * height - h);
    },
    end: async () => void (await call('DELETE', session)),
  };
}

/** The protocol's own scripts end by a callback, and know no errors. */
function settling(body: string): string {
  return `const done = arguments[arguments.length - 1];
(async () => { ${body} })().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
}

function unwrapped(answer: unknown): unknown {
  const { value, error } = answer as { readonly value?: unknown; readonly error?: string };
  if (error !== undefined) throw new Error(`The page's script failed: ${error}`);
  return value;
}

async function call(method: 'POST' | 'DELETE', url: string, parameters?: object): Promise<unknown> {
  const response = await fetch(url, { method, ...(parameters && { body: JSON.stringify(parameters) }) });
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`WebDriver refused ${method} ${new URL(url).pathname}: ${error}: ${message}`);
}
