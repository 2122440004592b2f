import { createHash, hash as digest, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { v7 as uuidv7 } from 'uuid';
import { base62, randomBase62 } from '../tenancy/base62.ts';
import { asTenantReference, type TenantReference } from '../tenancy/tenant.ts';

/**
 * API keys: `<brand>_<environment>_<keyId>_<secret><checksum>`.
 *
 * The key id is public: 8 characters name the workspace, 16 are derived from the random id of the key's row, so that
 * one read finds the row, whether a credential or the row's id is given. The secret (32 base62 characters, 190 bits) is
 * shown once. What is stored is a SHA-256 hash of the secret together with environment and key id, so that a key is
 * refused when any of the three differs; a secret of 190 random bits needs no slow hash. The brand is cosmetic. The
 * checksum is the CRC-32 of everything before it, so that a mistyped key is refused without a database read.
 */

const secretLength = 32;
const checksumLength = 6;
const pattern = /^([a-z][a-z0-9]{1,7})_(live|test)_([0-9A-Za-z]{24})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;

export interface ParsedKey {
  readonly keyId: string;
  readonly tenant: TenantReference;
  readonly secretHash: string;
}

export interface MintedKey extends ParsedKey {
  /** UUIDv7 of the row. */
  readonly id: string;
  /** The whole key; shown once, never stored. */
  readonly key: string;
  /** Everything before the secret: `hx_live_8f3k…`. */
  readonly prefix: string;
}

const hash = (environment: string, keyId: string, secret: string): string =>
  digest('sha256', `${environment}_${keyId}_${secret}`, 'base64url');

function checksum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return base62(bytes, checksumLength);
}

/** The key id of the row with this id. Different ids have different key ids; the id may be any text. */
export function keyIdOf(tenant: TenantReference, id: string): string {
  return tenant + base62(createHash('sha256').update(id).digest(), 16);
}

export function mintApiKey(
  tenant: TenantReference,
  environment: 'live' | 'test',
  brand = 'hx',
  id: string = uuidv7(),
): MintedKey {
  const keyId = keyIdOf(tenant, id);
  const prefix = `${brand}_${environment}_${keyId}`;
  const secret = randomBase62(secretLength);
  const unchecked = `${prefix}_${secret}`;
  return {
    id,
    keyId,
    tenant,
    prefix,
    key: unchecked + checksum(unchecked),
    secretHash: hash(environment, keyId, secret),
  };
}

/** Whether a credential has the form of an API key, valid or not. */
export const looksLikeApiKey = (credential: string): boolean => /^[a-z][a-z0-9]{1,7}_(live|test)_/.test(credential);

/** The parts of a well-formed key; undefined when its form or checksum is wrong. */
export function parseApiKey(credential: string): ParsedKey | undefined {
  const match = pattern.exec(credential);
  if (!match) return undefined;
  const [, , environment = '', keyId = '', secret = '', presented = ''] = match;
  const expected = checksum(credential.slice(0, -checksumLength));
  if (!timingSafeEqual(Buffer.from(presented), Buffer.from(expected))) return undefined;
  return { keyId, tenant: asTenantReference(keyId.slice(0, 8)), secretHash: hash(environment, keyId, secret) };
}
