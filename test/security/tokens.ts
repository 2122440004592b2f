import { createHmac, createPublicKey } from 'node:crypto';
import { publishedKeys, tokenIssuer } from '../../shared/auth/token-keys.ts';
import { signTokens } from '../../shared/auth/token-signer.ts';
import { newSession } from '../../shared/sessions/session.ts';
import { forge, newTokenKey } from '../support/token-keys.ts';

/** Access tokens that must be refused; each is wrong in exactly one way. */

const forger = newTokenKey('t1');

interface Bearer {
  readonly userId: string;
  readonly workspaceId: string;
  readonly sessionId: string;
}

/** Claims that would be accepted. */
function claimsOf({ userId, workspaceId, sessionId }: Bearer) {
  const iat = Math.floor(Date.now() / 1000);
  return { sub: userId, tid: workspaceId, sid: sessionId, role: 'owner', iat, exp: iat + 900, jti: newSession(0).id };
}

const signed = (claims: Record<string, unknown>) => signTokens.open().sign({ typ: 'at+jwt' }, claims);

/** A valid token; each of the others differs from it in what its name says. */
export const rightToken = (bearer: Bearer) => signed(claimsOf(bearer));

export const expiredToken = (bearer: Bearer) => signed({ ...claimsOf(bearer), exp: claimsOf(bearer).iat - 1 });

export const tokenOfTheFuture = (bearer: Bearer) => signed({ ...claimsOf(bearer), iat: claimsOf(bearer).iat + 600 });

export const tokenForAnAudience = (bearer: Bearer) => signed({ ...claimsOf(bearer), aud: 'somebody-else' });

/** Signed by our own key nevertheless, as if another stage shared the key. */
export async function tokenOfAnotherIssuer(bearer: Bearer): Promise<string> {
  const ours = process.env.TOKEN_ISSUER;
  process.env.TOKEN_ISSUER = 'urn:hexfence:another';
  try {
    return await signed(claimsOf(bearer));
  } finally {
    process.env.TOKEN_ISSUER = ours;
  }
}

const issued = (bearer: Bearer) => ({ ...claimsOf(bearer), iss: tokenIssuer() });

export const tokenOfAnotherKey = (bearer: Bearer) => forge(forger, issued(bearer));

export const tokenOfAnUnknownKey = (bearer: Bearer) => forge(forger, issued(bearer), { kid: 't999' });

export const tokenWithoutSignature = (bearer: Bearer) =>
  forge(forger, issued(bearer), { alg: 'none' }, () => Buffer.alloc(0));

/** HS256 with the text of the published key as the secret; a verifier that trusts the header would accept it. */
export function tokenSignedWithThePublicKey(bearer: Bearer): string {
  const [key] = publishedKeys().keys;
  const pem = createPublicKey({ key: { ...key }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const hmac = (input: string) => createHmac('sha256', pem).update(input).digest();
  return forge(forger, issued(bearer), { alg: 'HS256', kid: key!.kid }, hmac);
}

interface PhoneBearer {
  readonly userId: string;
  readonly workspaceId: string;
  readonly deviceId: string;
}

const claimsOfPhone = ({ userId, workspaceId, deviceId }: PhoneBearer) => ({
  sub: userId,
  tid: workspaceId,
  did: deviceId,
  iat: Math.floor(Date.now() / 1000),
  jti: newSession(0).id,
});

/** A device token that we signed. */
export const deviceTokenFor = (bearer: PhoneBearer) => signTokens.open().sign({ typ: 'dt+jwt' }, claimsOfPhone(bearer));

export const deviceTokenOfAnotherKey = (bearer: PhoneBearer) =>
  forge(forger, { ...claimsOfPhone(bearer), iss: tokenIssuer() }, { typ: 'dt+jwt' });
