import { createPublicKey } from 'node:crypto';
import { kms } from './kms.ts';
import type { PublicKey, PublicKeys } from './token-keys.ts';

/** A token key in KMS, and its name in tokens. */
export interface TokenKey {
  readonly kid: string;
  readonly arn: string;
}

/**
 * The public keys of these token keys as a JWK set, in the same order. The deployment calls this; functions find the
 * set in their environment.
 */
export async function publicKeysOf(keys: readonly TokenKey[]): Promise<PublicKeys> {
  return { keys: await Promise.all(keys.map(publicKeyOf)) };
}

async function publicKeyOf({ kid, arn }: TokenKey): Promise<PublicKey> {
  const { PublicKey: der } = await kms.call<{ PublicKey: string }>('GetPublicKey', { KeyId: arn });
  const { kty, crv, x, y } = createPublicKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'spki' }).export({
    format: 'jwk',
  });
  if (kty !== 'EC' || crv !== 'P-256') throw new Error(`${arn} is a key of ${crv ?? kty}, and tokens need P-256.`);
  return { kty, crv, kid, x: x!, y: y!, alg: 'ES256', use: 'sig' };
}
