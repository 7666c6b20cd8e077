import { digest, encode } from 'somen/web';

const noodles = { name: 'somen', price: 3.5 };

export const ours = digest(noodles);

// The same by others: the bytes, and the browser's own SHA-256.
const bytes = encode(noodles);
const hash = await crypto.subtle.digest('SHA-256', bytes);
const hex = (byte) => byte.toString(16).padStart(2, '0');
export const theirs = Array.from(
  new Uint8Array(hash),
  hex,
).join('');

export const isSame = ours === theirs; // true
