import * as z from 'zod';
import { sessionAttribute, sessionSeconds, sessionsOf } from '../auth/session-marker.ts';
import { signTokens } from '../auth/token-signer.ts';
import type { UserRow } from '../auth/user-record.ts';
import { sessionKeys } from '../table/keys/sessions.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { randomBase62 } from '../tenancy/base62.ts';
import { type WorkspaceRow, workspaceDefaults } from '../tenancy/workspace-record.ts';

/**
 * A session begins at sign-in and is one family of refresh tokens. Each refresh replaces the token by the next generation,
 * no token outlives the session, and reuse of an old one ends it.
 */

/** Sessions of one user at the same time. Beyond that, the one that ends first is dropped. */
const mostSessions = 100;

/** A session's row in the Access table. Whether the session is alive is on its user's row: `session-marker.ts`. */
export interface SessionRow {
  readonly userId: string;
  /** The generation of the refresh token that is valid now. */
  readonly generation: number;
  readonly rotatedAt: number;
  /** The response of the last rotation, for a client that lost it; see `shared/auth/sealed.ts`. */
  readonly successor?: Uint8Array;
  readonly expiresAt: number;
}

/** A session as its tokens describe it. */
export interface Session {
  readonly id: string;
  readonly generation: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export const Tokens = z
  .object({
    access_token: z.string().meta({ description: 'Send this token as `Authorization: Bearer <access_token>`.' }),
    refresh_token: z.string().meta({ description: 'Only for `POST /auth/refresh`, where it can be used once.' }),
    token_type: z.literal('bearer'),
    expires_in: z.int().meta({ description: 'Lifetime of the access token in seconds.', example: 86_400 }),
  })
  .meta({
    id: 'Tokens',
    example: { access_token: 'eyJ…', refresh_token: 'eyJ…', token_type: 'bearer', expires_in: 86_400 },
  });

export type Tokens = z.output<typeof Tokens>;

const access = new Table('access');

export function newSession(now: number): Session {
  return { id: randomBase62(20), generation: 0, expiresAt: now + sessionSeconds * 1000 };
}

/** Signs both tokens of a session's present generation. */
export async function issueTokens(
  workspace: WorkspaceRow,
  user: Pick<UserRow, 'id' | 'role'>,
  session: Session,
  now: number,
): Promise<Tokens> {
  const issued = Math.floor(now / 1000);
  const ends = Math.floor(session.expiresAt / 1000);
  const life = workspace.accessTokenTtlSeconds ?? workspaceDefaults.accessTokenTtlSeconds;
  // An access token is useless after its session has ended, so its expiry must not be later.
  const expires = Math.min(issued + life, ends);
  const claims = { sub: user.id, tid: workspace.id, sid: session.id, iat: issued };
  const signer = signTokens.open();
  const [accessToken, refreshToken] = await Promise.all([
    signer.sign({ typ: 'at+jwt' }, { ...claims, role: user.role, exp: expires, jti: randomBase62(20) }),
    signer.sign({ typ: 'rt+jwt' }, { ...claims, gen: session.generation, exp: ends, jti: randomBase62(20) }),
  ]);
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    token_type: 'bearer',
    expires_in: expires - issued,
  };
}

/** Stores a new session; its marker goes on the user's row with `sessionChanges`. */
export function putSession(transaction: Transaction, workspace: WorkspaceRow, userId: string, session: Session): void {
  const row = { userId, generation: session.generation, rotatedAt: 0, expiresAt: session.expiresAt };
  const ttl = Math.ceil(session.expiresAt / 1000);
  transaction.put(access, sessionKeys.session(workspace.reference, session.id), { ...row, ttl });
}

/**
 * Changes of the user's row when a session begins: its attribute is set; expired sessions and those beyond the limit
 * are removed.
 */
export function sessionChanges(row: UserRow, session: Session, now: number) {
  const known = sessionsOf(row);
  const living = known.filter(({ endsAt }) => endsAt > now);
  const kept = living.slice(Math.max(0, living.length - (mostSessions - 1)));
  return {
    set: { [sessionAttribute(session.id)]: session.expiresAt },
    remove: known.filter((one) => !kept.includes(one)).map(({ id }) => sessionAttribute(id)),
  };
}
