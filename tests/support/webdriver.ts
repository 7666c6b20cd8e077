/** One browser window, steered over the W3C WebDriver protocol (https://www.w3.org/TR/webdriver2/). */
export interface WebDriverSession {
  readonly open: (url: string) => Promise<void>;
  readonly end: () => Promise<void>;
}

/**
 * Opens a browser through the driver that listens at `origin`.
 *
 * @throws {Error} with the driver's own error code and message.
 */
export async function startSession(origin: string): Promise<WebDriverSession> {
  const { sessionId } = (await call('POST', `${origin}/session`, { capabilities: {} })) as { sessionId: string };
  const session = `${origin}/session/${sessionId}`;
  return {
    open: async (url) => void (await call('POST', `${session}/url`, { url })),
    end: async () => void (await call('DELETE', session)),
  };
}

async function call(method: 'POST' | 'DELETE', url: string, parameters?: object): Promise<unknown> {
  const response = await fetch(url, { method, ...(parameters && { body: JSON.stringify(parameters) }) });
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`WebDriver refused ${method} ${new URL(url).pathname}: ${error}: ${message}`);
}
