import { createSecretKey, hash, createHmac as hmac, type KeyObject } from 'node:crypto';

/**
 * Replaces `node:crypto` in the bundle of aws4: the two functions that it calls, in their fastest forms. Node.js takes
 * 27 µs for an HMAC whose key is a buffer and 4 µs for one whose key is a `KeyObject`, and 0.6 µs for a hash in one
 * step instead of 2.2 µs. Each call of AWS needs one HMAC and two hashes.
 */

const keys = new WeakMap<Buffer, KeyObject>();

/** The key for a day, a region and a service is one buffer, which aws4 caches. */
function keyOf(bytes: Buffer): KeyObject {
  const known = keys.get(bytes);
  if (known) return known;
  const key = createSecretKey(bytes);
  keys.set(bytes, key);
  return key;
}

export const createHmac = (algorithm: string, key: Buffer | string) =>
  hmac(algorithm, typeof key === 'string' ? key : keyOf(key));

export const createHash = (algorithm: string) => ({
  update: (text: string) => ({ digest: (encoding: 'hex') => hash(algorithm, text, encoding) }),
});
