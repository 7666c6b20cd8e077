/**
 * Lets the thread's other work in: messages, timers, input. A timer would wait 4 ms in browsers (HTML, 'timers',
 * nesting level above 5); a message to oneself comes after those that are there already, and does not wait.
 */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
