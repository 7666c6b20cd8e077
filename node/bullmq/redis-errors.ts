/** What goes wrong with a Redis, in words. */

/** What to do where Redis refuses: how secrets get there that no address should hold. */
export const SECRETS_REMEDY = 'Set SOMEN_REDIS_USERNAME and SOMEN_REDIS_PASSWORD';

/** What Redis, or the network, says, without a full stop at its end: it is a part of another sentence. */
export function reasonOf(error: unknown): string {
  const { message, code } = error as { readonly message?: unknown; readonly code?: unknown };
  // Of several addresses that all failed, Node says nothing but a code.
  const text = [message, code].find((each) => typeof each === 'string' && each !== '') ?? String(error);
  return String(text).replace(/\.+$/, '');
}

/** Whether Redis refuses whoever connects like this, so that there is no point in trying again. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && /^(?:WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR invalid password)/.test(error.message);
}

/** Whether it is about the connection, and not about what was asked. */
export function isNetworkTrouble(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === 'ReplyError') return false;
  return 'syscall' in error || 'code' in error || /connection/i.test(error.message);
}

/**
 * Whether a command may or may not have been done: `ioredis` gives up what went out in one piece with others, where the
 * connection ended between their answers.
 */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError' && /connection close/.test(error.message);
}
