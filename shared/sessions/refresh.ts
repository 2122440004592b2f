import { seal, unseal } from '../auth/sealed.ts';
import { sessionAttribute } from '../auth/session-marker.ts';
import { invalid, type RefreshClaims, revoked, verifyToken } from '../auth/tokens.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { type Counted, countAgainst, undoCounts } from '../limits/limiter.ts';
import { Problem, problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { sessionKeys } from '../table/keys/sessions.ts';
import { userKeys } from '../table/keys/users.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { type TenantReference, tenantReference } from '../tenancy/tenant.ts';
import { isSuspended, type WorkspaceRow, workspaceSuspended } from '../tenancy/workspace-record.ts';
import { recordUserEvent } from '../users/changes.ts';
import { endSessions } from './end.ts';
import { issueTokens, type SessionRow, type Tokens } from './session.ts';
import { actorOf, type Visitor } from './start.ts';

/**
 * Refresh with rotation. A token can be used once. If it is sent again within the grace period, by a client that lost
 * the response, the response is the same again. Any other old token counts as stolen and ends the session.
 */

/** How long a lost response can be requested again. */
export const graceMilliseconds = 30_000;

interface Family {
  readonly tenant: TenantReference;
  readonly claims: RefreshClaims;
  readonly user: UserRow;
  readonly workspace: WorkspaceRow;
  readonly session: SessionRow;
}

const access = new Table('access');
const main = new Table('main');

async function refresh(token: string, visitor: Visitor): Promise<Tokens> {
  const claims = await verifyToken(token, 'rt+jwt');
  const tenant = tenantReference(claims.tid);
  const counted = await countAgainst(tenant, [{ policy: 'refresh', subject: claims.sid }]);
  return await retryingRaces(() => rotate(token, claims, visitor)).catch(async (error: unknown): Promise<never> => {
    await uncountRefused(counted, error);
    throw error;
  });
}

async function rotate(token: string, claims: RefreshClaims, visitor: Visitor): Promise<Tokens> {
  const family = await readFamily(claims);
  const { session } = family;
  if (claims.gen === session.generation) return await issueNext(token, family, visitor);
  const inGrace = Date.now() - session.rotatedAt <= graceMilliseconds;
  if (claims.gen === session.generation - 1 && inGrace && session.successor) {
    const kept = unseal(session.successor, token);
    if (kept !== undefined) return JSON.parse(kept.toString('utf8')) as Tokens;
  }
  const { tenant, user, workspace } = family;
  await endSessions(tenant, user, [claims.sid], actorOf(workspace, user.id, visitor), 'auth.refresh_reuse');
  throw problem(
    'REFRESH_TOKEN_REUSED',
    'This refresh token was used before, so it may have been stolen: its session has ended. Sign in again.',
  );
}

/**
 * Issues the next generation and keeps it for a replay. If another request has rotated meanwhile, its successor is
 * returned.
 */
async function issueNext(token: string, family: Family, visitor: Visitor): Promise<Tokens> {
  const { tenant, claims, user, workspace, session } = family;
  const now = Date.now();
  const generation = session.generation + 1;
  const next = { id: claims.sid, generation, expiresAt: session.expiresAt };
  const tokens = await issueTokens(workspace, user, next, now);
  const successor = seal(Buffer.from(JSON.stringify(tokens)), token);
  const marker = { [sessionAttribute(claims.sid)]: session.expiresAt };
  const transaction = new Transaction()
    .update(
      access,
      sessionKeys.session(tenant, claims.sid),
      setAll({ generation, rotatedAt: now, successor }),
      unchanged({ generation: session.generation }),
      lostRace,
    )
    .check(access, userKeys.user(tenant, user.id), unchanged({ ...marker, status: 'active' }), revoked);
  recordUserEvent(transaction, actorOf(workspace, user.id, visitor), user.id, 'auth.refresh');
  await transaction.commit();
  return tokens;
}

async function readFamily(claims: RefreshClaims): Promise<Family> {
  const tenant = tenantReference(claims.tid);
  const [session, user, workspace] = await Promise.all([
    access.get<SessionRow>(sessionKeys.session(tenant, claims.sid)),
    access.get<UserRow>(userKeys.user(tenant, claims.sub)),
    main.get<WorkspaceRow>(workspaceKeys.workspace(tenant)),
  ]);
  if (!user || !workspace) throw invalid('rt+jwt');
  const endsAt = Number((user as unknown as Record<string, unknown>)[sessionAttribute(claims.sid)] ?? 0);
  if (user.status !== 'active' || endsAt <= Date.now() || !session) throw revoked();
  if (isSuspended(workspace)) throw problem('TOKEN_REVOKED', workspaceSuspended);
  if (session.userId !== user.id || claims.gen > session.generation) throw invalid('rt+jwt');
  return { tenant, claims, user, workspace, session };
}

/** A refused credential does not count. */
async function uncountRefused(counted: readonly Counted[], error: unknown): Promise<void> {
  if (error instanceof Problem && error.status() === 401) await undoCounts(counted);
}

export const refreshSessions = defineCapability({
  tables: {
    access: ['GetItem', 'UpdateItem', 'ConditionCheckItem'],
    main: ['GetItem', 'PutItem'],
  },
  signs: true,
  settings: ['TOKEN_KEYS', 'TOKEN_ISSUER'],
  open: () => ({ refresh }),
});
