import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Bytes that only the holder of a token can read: encrypted (AES-256-GCM) with a key derived from the token. An answer
 * can thus be stored for a client that lost it, and someone who reads the database cannot use it.
 */

const ivBytes = 12;
const tagBytes = 16;

const keyOf = (token: string): Buffer =>
  Buffer.from(hkdfSync('sha256', createHash('sha256').update(token).digest(), '', 'hexfence sealed answer', 32));

export function seal(bytes: Uint8Array, token: string): Uint8Array {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', keyOf(token), iv);
  return Buffer.concat([iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** The bytes; undefined when they were sealed for another token. */
export function unseal(sealed: Uint8Array, token: string): Buffer | undefined {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(token), bytes.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const opened = decipher.update(bytes.subarray(ivBytes, -tagBytes));
    return Buffer.concat([opened, decipher.final()]);
  } catch {
    return undefined;
  }
}
