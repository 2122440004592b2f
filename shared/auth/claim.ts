import { problem } from '../problems/problem.ts';
import { type TenantReference, tenantReference } from '../tenancy/tenant.ts';
import { looksLikeApiKey, type ParsedKey, parseApiKey } from './api-key.ts';
import { type AccessClaims, verifyToken } from './tokens.ts';

/**
 * What the headers claim, before anything is read. The tenant may be used for reads whose results are dropped if the
 * credential is refused.
 */
export type Claim = { readonly tenant: TenantReference } & (
  | { readonly key: ParsedKey; readonly token?: never }
  | { readonly token: AccessClaims; readonly key?: never }
);

type Headers = Readonly<Record<string, string | undefined>>;

/** Reads the credential from `X-API-Key` or `Authorization: Bearer`, which carry both kinds. No database is asked. */
export async function readClaim(headers: Headers): Promise<Claim> {
  const [scheme = '', ...rest] = (headers.authorization ?? '').trim().split(/\s+/);
  const bearer = scheme.toLowerCase() === 'bearer' ? rest.join(' ') : undefined;
  const named = headers['x-api-key']?.trim();
  if (named && bearer && named !== bearer) {
    throw problem('CREDENTIALS_CONFLICT', 'X-API-Key and Authorization carry different credentials; send one.');
  }
  const credential = named || bearer;
  if (!credential) {
    throw problem(
      'UNAUTHENTICATED',
      'Send an API key or an access token as "X-API-Key: <credential>" or "Authorization: Bearer <credential>".',
    );
  }
  if (!looksLikeApiKey(credential)) {
    const token = await verifyToken(credential, 'at+jwt');
    return { tenant: tenantReference(token.tid), token };
  }
  const key = parseApiKey(credential);
  if (!key) throw problem('KEY_INVALID', 'The API key is mistyped: its form or its checksum is wrong.');
  return { tenant: key.tenant, key };
}
