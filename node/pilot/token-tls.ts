/** TLS without certificates: both sides know the pilot's token, and prove it (RFC 8446, section 2.2). */
import { createHash } from 'node:crypto';
import type { ConnectionOptions, TlsOptions } from 'node:tls';

/** With keys of their own for each connection: who learns a token later can read nothing of what was said. */
const PROTOCOL = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  // OpenSSL takes a secret that is not its own for SHA-256.
  ciphers: 'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256',
} as const;

/** The scheduler's side. `tokenNamed` finds the token with a public name, while it is good. */
export function tokenTlsServer(tokenNamed: (name: string) => string | undefined): TlsOptions {
  return {
    ...PROTOCOL,
    pskCallback(_socket, name) {
      const token = tokenNamed(name);
      return token === undefined ? null : tokenKey(token);
    },
  };
}

/** The pilot's side. */
export function tokenTls(token: string): ConnectionOptions {
  return {
    ...PROTOCOL,
    pskCallback: () => ({ identity: tokenName(token), psk: tokenKey(token) }),
    // There is no certificate: that the other side knows the token, too, is what the handshake shows.
    checkServerIdentity: () => undefined,
  };
}

/** What a token is called where others may see it. */
export function tokenName(token: string): string {
  return createHash('sha256').update('somen/pilot-token/name').update(token).digest('hex').slice(0, 32);
}

/** The secret that both sides know by the token. */
function tokenKey(token: string): Buffer {
  return createHash('sha256').update('somen/pilot-token/key').update(token).digest();
}
