import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { vi } from 'vitest';
import { TokenSigner } from '../../shared/auth/token-signer.ts';

/** Token keys in this process, in place of those in KMS: the private and the public keys. */

export const issuer = 'urn:hexfence:test';

export interface TokenKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: Record<string, unknown>;
}

export function newTokenKey(kid: string): TokenKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  return { kid, privateKey, publicJwk: { ...jwk, kid, alg: 'ES256', use: 'sig' } };
}

/** Publishes these keys and signs with the last of them, as a deployment configures it. */
export function useTokenKeys(...keys: readonly TokenKey[]): void {
  vi.stubEnv('TOKEN_ISSUER', issuer);
  vi.stubEnv('TOKEN_KEYS', JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }));
  const signer = keys.at(-1)!;
  vi.stubEnv('TOKEN_SIGNER', JSON.stringify({ kid: signer.kid, key: `arn:aws:kms:::key/${signer.kid}` }));
}

/** Signs in this process what KMS would sign, with the last of the keys; see `useTokenKeys`. */
export function signInProcess(key: TokenKey) {
  return vi
    .spyOn(TokenSigner.prototype, 'sign')
    .mockImplementation(async ({ typ }, claims) => forge(key, { ...claims, iss: issuer }, { typ }));
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token with any claims and any signature. */
export function forge(
  key: TokenKey,
  claims: object,
  header: object = {},
  signature?: (input: string) => Buffer,
): string {
  const input = `${encode({ alg: 'ES256', kid: key.kid, typ: 'at+jwt', ...header })}.${encode(claims)}`;
  const signed = signature
    ? signature(input)
    : sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signed.toString('base64url')}`;
}
