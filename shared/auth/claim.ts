import { problem } from '../problems/problem.ts';
import { type TenantReference, tenantReference } from '../tenancy/tenant.ts';
import { looksLikeApiKey, type ParsedKey, parseApiKey } from './api-key.ts';
import { type AccessClaims, type DeviceClaims, typeOf, verifyToken } from './tokens.ts';

/**
 * What the headers claim, before anything is read. The tenant may be used for reads whose results are dropped if the
 * credential is refused.
 */
export type Claim = { readonly tenant: TenantReference } & (
  | { readonly key: ParsedKey; readonly token?: never; readonly phone?: never }
  | { readonly token: AccessClaims; readonly key?: never; readonly phone?: never }
  | { readonly phone: DeviceClaims; readonly key?: never; readonly token?: never }
);

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Reads the credential from `X-API-Key` or `Authorization: Bearer`; both headers accept all kinds. It does not read
 * the database. With `basic`, the credential may also be the password of HTTP Basic, with any user name.
 */
export async function readClaim(headers: Headers, { basic }: { readonly basic?: true } = {}): Promise<Claim> {
  const authorized = authorizedBy(headers.authorization, basic);
  const named = headers['x-api-key']?.trim();
  // An empty value conflicts too: its sender meant to send a credential, not to act as the owner of the other one.
  if (named !== undefined && authorized !== undefined && named !== authorized) {
    throw problem('CREDENTIALS_CONFLICT', 'X-API-Key and Authorization carry different credentials; send one.');
  }
  const credential = named || authorized;
  if (!credential) {
    const how =
      'Send an API key or an access token as "X-API-Key: <credential>" or "Authorization: Bearer <credential>"';
    throw problem('UNAUTHENTICATED', `${how}${basic ? ', or as the password of HTTP Basic' : ''}.`);
  }
  if (!looksLikeApiKey(credential)) return await readToken(credential);
  const key = parseApiKey(credential);
  if (!key) throw problem('KEY_INVALID', 'The API key is mistyped: its form or its checksum is wrong.');
  return { tenant: key.tenant, key };
}

async function readToken(credential: string): Promise<Claim> {
  if (typeOf(credential) === 'dt+jwt') {
    const phone = await verifyToken(credential, 'dt+jwt');
    return { tenant: tenantReference(phone.tid), phone };
  }
  const token = await verifyToken(credential, 'at+jwt');
  return { tenant: tenantReference(token.tid), token };
}

/** Undefined if the header is absent, or for another scheme, which a proxy before us may use. */
function authorizedBy(authorization: string | undefined, basic: true | undefined): string | undefined {
  const [scheme = '', ...rest] = authorization?.trim().split(/\s+/) ?? [];
  if (scheme === '') return authorization === undefined ? undefined : '';
  if (scheme.toLowerCase() === 'bearer') return rest.join(' ');
  return basic && scheme.toLowerCase() === 'basic' ? passwordOf(rest.join('')) : undefined;
}

/** RFC 7617: the first colon ends the user name. */
function passwordOf(encoded: string): string | undefined {
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return password?.trim();
}
