/** Tokens by which a scheduler knows its pilots. */
import { randomBytes, timingSafeEqual } from 'node:crypto';

import { tokenName } from '../pilot/token-tls.ts';

/** How long a token is, in bytes. It is written in hex. */
const LENGTH = 32;

/** Tokens that were given out and have not come back, each for one `T`. */
export class PilotTokens<T> {
  /** By the public names of the tokens. */
  readonly #issued = new Map<string, { readonly token: Buffer; readonly owner: T }>();

  /** A new token, which is good for once. */
  issue(owner: T): string {
    const token = randomBytes(LENGTH).toString('hex');
    this.#issued.set(tokenName(token), { token: Buffer.from(token), owner });
    return token;
  }

  /** Whose token it is. From then on it is nobody's. */
  redeem(token: string | undefined): T | undefined {
    if (token === undefined) return undefined;
    const given = Buffer.from(token);
    const issued = this.#issued.get(tokenName(token));
    // The name is a hash, so that finding it tells nothing of how much of a token was right.
    if (issued === undefined || issued.token.length !== given.length || !timingSafeEqual(issued.token, given))
      return undefined;
    this.#issued.delete(tokenName(token));
    return issued.owner;
  }

  /** The token with a public name, while it is good. */
  named(name: string): string | undefined {
    return this.#issued.get(name)?.token.toString();
  }

  /** Nobody is expected with this token any more. */
  revoke(token: string): void {
    this.#issued.delete(tokenName(token));
  }

  /** How many are expected. */
  get size(): number {
    return this.#issued.size;
  }
}
