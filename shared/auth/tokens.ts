import { jwtVerify } from 'jose/jwt/verify';
import * as z from 'zod';
import { type Problem, problem } from '../problems/problem.ts';
import { roles } from './scopes.ts';
import { tokenIssuer, tokenKeySet } from './token-keys.ts';

/**
 * Tokens are JWTs (ES256), verified here without a call. The user's row says whether a session is still alive, and the
 * phone's row whether the phone is still paired. The JOSE header `typ` distinguishes the kinds, so that a refresh token
 * is never accepted as a credential.
 */

const common = {
  /** User id. */
  sub: z.string(),
  /** Workspace id. */
  tid: z.string(),
  iat: z.number(),
  jti: z.string(),
};

const ofSession = {
  ...common,
  /** Session id. */
  sid: z.string().regex(/^[0-9A-Za-z]{20}$/),
  exp: z.number(),
};

const claims = {
  'at+jwt': z.object({ ...ofSession, role: z.enum(roles) }),
  /** `gen` counts the rotations of the session's refresh token. */
  'rt+jwt': z.object({ ...ofSession, gen: z.int().min(0) }),
  /** `did` is the id of the phone as a device. The token has no end: it is good until it is revoked. */
  'dt+jwt': z.object({ ...common, did: z.string() }),
};

export type TokenType = keyof typeof claims;
export type TokenClaims<T extends TokenType> = z.output<(typeof claims)[T]>;
export type AccessClaims = TokenClaims<'at+jwt'>;
export type RefreshClaims = TokenClaims<'rt+jwt'>;
export type DeviceClaims = TokenClaims<'dt+jwt'>;

/** The clock difference between two machines that is tolerated. */
const toleranceSeconds = 60;

/** The claims of a token of this type that we signed and that has not expired; throws 401 otherwise. */
export async function verifyToken<T extends TokenType>(token: string, type: T): Promise<TokenClaims<T>> {
  const { payload } = await jwtVerify(token, tokenKeySet(), {
    algorithms: ['ES256'],
    typ: type,
    issuer: tokenIssuer(),
  }).catch((error: unknown) => {
    throw (error as { code?: string }).code === 'ERR_JWT_EXPIRED' ? expired(type) : invalid(type, error);
  });
  const parsed = claims[type].safeParse(payload);
  // Our tokens have no audience. A token with an audience was made for another purpose.
  if (!parsed.success || payload.aud !== undefined) throw invalid(type);
  if (parsed.data.iat > Date.now() / 1000 + toleranceSeconds) throw invalid(type);
  return parsed.data as TokenClaims<T>;
}

const sentences: Readonly<Record<TokenType, { readonly expired: string; readonly invalid: string }>> = {
  'at+jwt': {
    expired: 'The token has expired; refresh it, or sign in again.',
    invalid: 'The credential is neither an API key nor a valid access token.',
  },
  'rt+jwt': {
    expired: 'The refresh token has expired with its session; sign in again.',
    invalid: 'This is not a valid refresh token: send the last one that you were given, or sign in again.',
  },
  'dt+jwt': {
    expired: 'The device token has expired; pair the phone again.',
    invalid: 'This is not a valid device token; pair the phone again.',
  },
};

const expired = (type: TokenType): Problem => problem('TOKEN_EXPIRED', sentences[type].expired);

export const invalid = (type: TokenType = 'at+jwt', cause?: unknown): Problem =>
  problem('TOKEN_INVALID', sentences[type].invalid, undefined, { cause });

/** The unverified `typ` of a JWT's header; undefined if the text is not a JWT. */
export function typeOf(token: string): unknown {
  const [header = ''] = token.split('.', 1);
  try {
    return (JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { typ?: unknown } | null)?.typ;
  } catch {
    return undefined;
  }
}

export const revoked = (): Problem => problem('TOKEN_REVOKED', 'The session has ended; sign in again.');
