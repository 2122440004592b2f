import { createLocalJWKSet } from 'jose/jwks/local';
import { defineCapability } from '../capability/capability.ts';
import { environment } from '../capability/environment.ts';

/**
 * The keys with which tokens are verified: every published generation, so that tokens of the previous one stay valid
 * while the next one signs. A deployment writes them into the environment, so verifying needs no call.
 */

/** The public key of a token key. */
export interface PublicKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly kid: string;
  readonly x: string;
  readonly y: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

export interface PublicKeys {
  readonly keys: PublicKey[];
}

type KeyFinder = ReturnType<typeof createLocalJWKSet>;

let parsed: { readonly text: string; readonly set: PublicKeys; readonly finder: KeyFinder } | undefined;

function parse() {
  const text = environment.requiredSetting('TOKEN_KEYS');
  if (parsed?.text !== text) {
    const set = JSON.parse(text) as PublicKeys;
    parsed = { text, set, finder: createLocalJWKSet({ keys: set.keys.map((key) => ({ ...key })) }) };
  }
  return parsed;
}

/** The published keys as a JWK set; parsed once per process. */
export const publishedKeys = (): PublicKeys => parse().set;

/** Finds the key of a token by its `kid`, for the verifiers of `jose`. */
export const tokenKeySet = (): KeyFinder => parse().finder;

/** The `iss` of every token that this deployment signs. Other deployments use another value. */
export const tokenIssuer = (): string => environment.requiredSetting('TOKEN_ISSUER');

export const readPublishedKeys = defineCapability({ settings: ['TOKEN_KEYS'], open: () => ({ list: publishedKeys }) });
